#!/usr/bin/env bash
# Publishes the ahead-of-time compiled executable to artifacts/publish and holds its size against eng/size-budget.txt.
# Usage: eng/publish.sh [runtime identifier, default that of this machine]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) own=linux-x64 ;;
  Linux-aarch64) own=linux-arm64 ;;
  Darwin-arm64) own=osx-arm64 ;;
  *) own= ;;
esac
rid="${1:-$own}"
if [[ -z $rid ]]; then
  echo "eng/publish.sh: name a runtime identifier for $(uname -sm), for example: eng/publish.sh linux-x64" >&2
  exit 2
fi

rm -rf artifacts/publish
dotnet publish src/Causeway -c Release -r "$rid" -o artifacts/publish -p:DebugType=none

bytes=$(stat -c %s artifacts/publish/causeway 2>/dev/null || stat -f %z artifacts/publish/causeway)
budget=$(awk '$1 == "causeway" && $3 == "MiB" { print $2 * 1048576 }' eng/size-budget.txt)
mib=$(awk -v bytes="$bytes" 'BEGIN { printf "%.1f", bytes / 1048576 }')
echo "artifacts/publish/causeway ($rid): $bytes bytes, $mib MiB; budget $((budget / 1048576)) MiB"
if ((bytes > budget)); then
  echo "eng/publish.sh: the executable is over its budget in eng/size-budget.txt" >&2
  exit 1
fi
