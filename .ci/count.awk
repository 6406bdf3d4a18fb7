# Reads the output of one part and prints "passed failed skipped".
# Understands the summaries of Microsoft.Testing.Platform and of xUnit's own runner, and lines that end in "N passed, N failed" with or without ", N skipped".
# A part that failed without a failed test (a crash, a build error, a timeout), or that ran nothing, has one failure.
# Variables: status = the part's exit status.

{ sub(/\r$/, "") }
/^Test run summary:/ { summary = 1; next }
summary && /^  succeeded: [0-9]+$/ { passed += $2 }
summary && /^  failed: [0-9]+$/ { failed += $2 }
summary && /^  skipped: [0-9]+$/ { skipped += $2; summary = 0 }
match($0, /Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+, Not Run: 0,/) {
  split(substr($0, RSTART, RLENGTH), counts, /[^0-9]+/)
  passed += counts[2] - counts[3] - counts[4] - counts[5]; failed += counts[3] + counts[4]; skipped += counts[5]
}
match($0, /[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/) {
  split(substr($0, RSTART, RLENGTH), counts, /[^0-9]+/)
  passed += counts[1]; failed += counts[2]; skipped += counts[3]
}
END {
  if (failed == 0 && (status != 0 || passed + skipped == 0)) failed = 1
  print passed + 0, failed + 0, skipped + 0
}
