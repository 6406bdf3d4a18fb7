#!/usr/bin/env bash
# Measures how fast the embedded engine trains, and its products of matrices beside OpenBLAS's, on one core and on all; writes
# bench/RESULTS-training.md. Takes a minute or two on an otherwise idle machine. `bench/training.sh one`, then `bench/training.sh all`, takes two
# sittings. OPENBLAS=path names a library that is not where the system looks; BUILT=1 measures what was built before.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -n "${BUILT:-}" ] || dotnet build bench/Causeway.Benchmarks -c Release --nologo -v quiet
bench=artifacts/bin/Causeway.Benchmarks/release/Causeway.Benchmarks.dll
kept=artifacts/bench-training
mkdir -p "$kept"

# Versions that do not know a processor choose kernels of 2004.
if [ -z "${OPENBLAS_CORETYPE:-}" ]; then
  if grep -qw avx512f /proc/cpuinfo; then export OPENBLAS_CORETYPE=SKYLAKEX; else export OPENBLAS_CORETYPE=HASWELL; fi
fi

measure() { # name, cores
  taskset -c "$2" dotnet "$bench" training ${OPENBLAS:+"$OPENBLAS"} >"$kept/$1.part"
  mv "$kept/$1.part" "$kept/$1.md"
  cat "$kept/$1.md"
}
case "${1:-}" in "" | one) measure one 0 ;; esac
case "${1:-}" in "" | all) measure all "0-$(($(nproc) - 1))" ;; esac

runtime=$(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -1)
{
  echo "# Training speed"
  echo
  echo "Written by \`bench/training.sh\`: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, .NET $runtime. GFLOP/s of training are six operations a weight and"
  echo "token: what attention, norms and the optimiser do comes on top and is not counted."
  echo
  for part in one all; do [ ! -f "$kept/$part.md" ] || cat "$kept/$part.md"; done
} | sed '$d' >bench/RESULTS-training.md
