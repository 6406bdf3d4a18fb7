#!/usr/bin/env bash
# Publishes the ahead-of-time compiled executable for this machine to artifacts/publish/causeway, and holds its size against
# eng/size-budget.txt. Needs the .NET SDK and gcc.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# No -r: the runtime identifier would reach the libraries, whose lock files know none.
rm -rf artifacts/publish
dotnet publish src/Causeway -c Release -o artifacts/publish -p:DebugType=none -p:PublishDocumentationFiles=false

bytes=$(wc -c <artifacts/publish/causeway)
budget=$(awk '$1 == "causeway" && $3 == "MiB" { print $2 * 1048576 }' eng/size-budget.txt)
mib=$(awk -v bytes="$bytes" 'BEGIN { printf "%.1f", bytes / 1048576 }')
echo "artifacts/publish/causeway: $bytes bytes, $mib MiB; budget $((budget / 1048576)) MiB"
if ((bytes > budget)); then
  echo "eng/publish.sh: the executable is over its budget in eng/size-budget.txt" >&2
  exit 1
fi

# Moved away from its SQLite it must say so, in a sentence.
alone=$(mktemp -d)
trap 'rm -rf "$alone"' EXIT
cp artifacts/publish/causeway "$alone"
said=$(cd "$alone" && timeout 20 ./causeway serve --listen 127.0.0.1:0 2>&1) && status=0 || status=$?
if ((status != 1)) || [[ $said != *libe_sqlite3* || $said == *"   at "* ]]; then
  echo "eng/publish.sh: without libe_sqlite3.so the executable ended with $status and: $said" >&2
  exit 1
fi
