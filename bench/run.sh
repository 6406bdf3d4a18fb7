#!/usr/bin/env bash
# Measures direct, nginx, Portkey and Causeway side by side on this machine and writes bench/RESULTS.md.
# Takes about a quarter of an hour on an otherwise idle machine. Options go to `compare` (see --help);
# with --quick it takes two minutes and leaves bench/RESULTS.md alone. CAUSEWAY=path measures an existing binary.
set -euo pipefail
cd "$(dirname "$0")/.."

need() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || { echo "error: $1 was not found; $2" >&2; exit 2; }; }
need dotnet "install the .NET 10 SDK"
need taskset "on Debian: apt-get install util-linux"
need nginx "on Debian: apt-get install nginx-light"
need npm "install Node.js 20 or later with npm"

dotnet build bench/load -c Release --nologo -v quiet
load=artifacts/bin/Causeway.Load/release/Causeway.Load.dll
case " $* " in *" --help "*) exec dotnet "$load" --help ;; esac

[ -d bench/load/portkey/node_modules ] || npm ci --prefix bench/load/portkey

if [ -z "${CAUSEWAY:-}" ]; then
  eng/publish.sh
  CAUSEWAY=artifacts/publish/causeway
fi

out=(--out bench/RESULTS.md)
case " $* " in *" --quick "* | *" --out "*) out=() ;; esac
exec dotnet "$load" compare --causeway "$CAUSEWAY" ${out[@]+"${out[@]}"} "$@"
