#!/usr/bin/env bash
# Fuzzes every parser that a stranger's bytes reach, SECONDS each (60 unless said), then runs the property tests, each for a tenth of that,
# with other seeds every time. A failure names the seed that repeats it: CAUSEWAY_FUZZ_SEED for the first, CsCheck_Seed for the second.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-60}
CAUSEWAY_FUZZ_SECONDS=$seconds dotnet test --project tests/Causeway.Gateway.Tests --filter-class Causeway.Gateway.Tests.Fuzz.FuzzTests
for project in Wire Spec Ledger Gateway Engine; do
  CsCheck_Time=$(((seconds + 9) / 10)) dotnet test --project "tests/Causeway.$project.Tests" --filter-not-class Causeway.Gateway.Tests.Fuzz.FuzzTests
done
