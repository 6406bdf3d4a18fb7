namespace Causeway.Load;

/// <summary>What `--help` says.</summary>
internal static class Help
{
    public const string Text = """
        Measures gateways that speak the OpenAI API: a fast mock upstream, a load generator, and a comparison of peers in one run.
        Needs Linux on a 64-bit machine.

        USAGE
          dotnet run -c Release --project bench/load -- <verb> [options]

        mock      Serve a fast fake upstream on 127.0.0.1 until Ctrl-C.
          --port 9090          0 picks a free one
          --tokens 64          content events of a stream
          --pace 0ms           time between the events of a stream
          --body 1KB           size of a plain answer
          --poll               never sleep: a core that has to be woken bills its waker, which is what is measured
          POST */chat/completions   a fixed answer; a stream if the body says "stream": true
          GET  /__mock/stats        counters
          PUT  /__mock/script?tokens=64&pace=20ms&body=1KB   change the answers while running

        run       Send load and measure. Every answer is checked: status, completeness, each event, [DONE].
          --target URL         http://host:port, or the whole URL of chat/completions
          --connections 32     also the most requests on the way at once
          --rate 0             requests a second on a fixed schedule (open loop: latency counts from the scheduled moment);
                               0 = closed loop: every connection sends as soon as its answer is complete
          --duration 10s  --warmup 1s
          --stream | --no-stream
          --usage              ask for usage in streams
          --tokens 64          content events each stream must have, 0 = any number
          --body-bytes 1KB     size of the request body
          --poll               as for mock
          --key K  --model gpt-4o  --header "name: value" (repeatable)
          --json               one JSON object on stdout

        compare   Measure direct, nginx, Portkey and Causeway side by side on this machine (a quarter of an hour; bench/run.sh
                  does this and what it needs). Needs taskset; nginx; node and `npm ci --prefix bench/load/portkey`.
          --causeway PATH      the published binary; without it Causeway is left out
          --causeway-governed-spec FILE   instead of the built-in "everything on"; @MOCK_PORT@ and @KEY_HASH@ are filled in
          --peers direct,nginx,portkey,causeway
          --out FILE           also write the report there
          --rounds 3  --each 5s (a measurement)
          --keep FILE          adds the rounds to those kept there and reports all: for a machine that is quiet for minutes only
          --only NAMES         scenarios by the beginning of their names, separated by ;
          --quick              one short round, about two minutes: to see that it works, not to quote

        EXAMPLES
          Start the upstream, then see how fast it is without a gateway, then with one:
            ... mock --port 9090 &
            ... run --target http://127.0.0.1:9090 --connections 64 --duration 5s
            ... run --target http://127.0.0.1:8080 --rate 5000 --key $KEY
            ... run --target http://127.0.0.1:8080 --stream --connections 16
          The mock and the generator are one thread each; pin them and the gateway to different cores (taskset) on a small machine.

        """;
}
