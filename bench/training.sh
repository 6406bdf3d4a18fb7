#!/usr/bin/env bash
# Measures how fast the embedded engine trains, and its products of matrices beside OpenBLAS's, on one core and on all; writes
# bench/RESULTS-training.md. Takes a minute on an otherwise idle machine. OPENBLAS=path names a library that is not where the system
# looks; BUILT=1 measures what was built before.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -n "${BUILT:-}" ] || dotnet build bench/Causeway.Benchmarks -c Release --nologo -v quiet
bench=artifacts/bin/Causeway.Benchmarks/release/Causeway.Benchmarks.dll

# Versions that do not know a processor choose kernels of 2004.
if [ -z "${OPENBLAS_CORETYPE:-}" ]; then
  if grep -qw avx512f /proc/cpuinfo; then export OPENBLAS_CORETYPE=SKYLAKEX; else export OPENBLAS_CORETYPE=HASWELL; fi
fi

result=$(mktemp)
trap 'rm -f "$result"' EXIT
{
  echo "# Training speed"
  echo
  echo "Written by \`bench/training.sh\`. $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, .NET $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -1)."
  echo "GFLOP/s of training are six operations a weight and token: what attention, norms and the optimiser do comes on top and is not counted."
  echo
  taskset -c 0 dotnet "$bench" training ${OPENBLAS:+"$OPENBLAS"}
  dotnet "$bench" training ${OPENBLAS:+"$OPENBLAS"}
} >"$result"
cat "$result"
[ "${1:-}" = --dry-run ] || cp "$result" bench/RESULTS-training.md
