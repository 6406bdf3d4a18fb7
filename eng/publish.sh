#!/usr/bin/env bash
# Publishes the ahead-of-time compiled executable for this machine to artifacts/publish/causeway, on x64 beside it the build that takes over on
# processors with AVX-512 (docs/adr/0007), and holds their sizes against eng/size-budget.txt. Needs the .NET SDK and gcc.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# publish FOLDER OPTION...; no -r: the runtime identifier would reach the libraries, whose lock files know none.
publish() {
  rm -rf "$1"
  dotnet publish src/Causeway -c Release -o "$1" -p:DebugType=none -p:PublishDocumentationFiles=false "${@:2}"
}

publish artifacts/publish
if [[ $(uname -m) == x86_64 ]]; then
  # Folders of its own: a build for another baseline counts as up to date in the same ones.
  wide=$PWD/artifacts/publish-x86-64-v4
  publish "$wide" -p:IlcInstructionSet=x86-64-v4 -p:NativeIntermediateOutputPath="$wide-native/" -p:NativeOutputPath="$wide-native/"
  mv "$wide/causeway" "artifacts/publish/causeway-x86-64-v4-$(artifacts/publish/causeway --version)"
  rm -rf "$wide" "$wide-native"
fi

budget=$(awk '$1 == "causeway" && $3 == "MiB" { print $2 * 1048576 }' eng/size-budget.txt)
for executable in artifacts/publish/causeway*; do
  [[ -x $executable ]] || continue
  bytes=$(wc -c <"$executable")
  mib=$(awk -v bytes="$bytes" 'BEGIN { printf "%.1f", bytes / 1048576 }')
  echo "$executable: $bytes bytes, $mib MiB; budget $((budget / 1048576)) MiB"
  if ((bytes > budget)); then
    echo "eng/publish.sh: the executable is over its budget in eng/size-budget.txt" >&2
    exit 1
  fi
done

# Moved away from its SQLite it must say so, in a sentence.
alone=$(mktemp -d)
trap 'rm -rf "$alone"' EXIT
cp artifacts/publish/causeway "$alone"
said=$(cd "$alone" && timeout 20 ./causeway serve --listen 127.0.0.1:0 2>&1) && status=0 || status=$?
if ((status != 1)) || [[ $said != *libe_sqlite3* || $said == *"   at "* ]]; then
  echo "eng/publish.sh: without libe_sqlite3.so the executable ended with $status and: $said" >&2
  exit 1
fi
