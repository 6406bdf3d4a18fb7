#!/usr/bin/env bash
# How long the published executable takes from exec to its first answer, best of five, against the budget of 150 ms.
# The best, because a shared machine can only make it look slower. Printed too, and no part of the budget: how long the model that comes along is
# loaded when it is first asked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary=${1:-$PWD/artifacts/publish/causeway}
budget=150
port=18931
best=100000
loaded=100000
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for _ in 1 2 3 4 5; do
  start=$(date +%s%N)
  (cd "$folder" && exec "$binary" serve --listen "127.0.0.1:$port" >/dev/null 2>&1) &
  server=$!
  until curl -s --noproxy '*' -o /dev/null "http://127.0.0.1:$port/readyz"; do
    (($(date +%s%N) - start < 10000000000)) || { echo "eng/start-time.sh: no answer within 10 s" >&2; kill "$server"; exit 1; }
  done
  took=$((($(date +%s%N) - start) / 1000000))
  load=$(curl -s --noproxy '*' -o /dev/null -D - "http://127.0.0.1:$port/v1/chat/completions" -H 'Content-Type: application/json' \
    -d '{"model": "causeway-tiny", "messages": [{"role": "user", "content": "Hello!"}]}' | tr -d '\r' | awk 'tolower($1) == "x-causeway-model-load-ms:" { print $2 }')
  [[ -n $load ]] || { echo "eng/start-time.sh: causeway-tiny was not loaded" >&2; kill "$server"; exit 1; }
  ((load < loaded)) && loaded=$load
  kill -TERM "$server" && wait "$server" || true
  ((took < best)) && best=$took
done
echo "first answer $best ms after exec; budget $budget ms; causeway-tiny loaded in $loaded ms"
((best <= budget))
