using System.Collections.Immutable;
using Causeway.Spec.Plans;
using Causeway.Spec.Values;

namespace Causeway.Spec.Sections;

/// <summary>Every mapping and key of a spec: what the compiler accepts, and what the reference prints.</summary>
internal static class SpecShapes
{
    private const string NameRule = "1 to 63 characters of `a-z`, `0-9`, `-`, `.`, `_`, the first a letter or digit";
    private const string NoDelay = "`0ms`";
    private static readonly LimitsPlan Defaults = new();

    public static readonly MapShape Root = new("", "The whole file.",
        """
        apiVersion: causeway/v1
        upstreams:
          rehearsal: { type: rehearsal }
        routes:
          everything:
            match: { model: "*" }
            targets: [ { upstream: rehearsal } ]
        """,
        [
            new("apiVersion", $"`{RootSection.ApiVersion}`", null, "The version of this language."),
            new("upstreams", "mapping: name → upstream, at least one", null, $"Where requests can be sent. Names: {NameRule}."),
            new("routes", "mapping: name → route, at least one", null,
                "Which model names callers may ask for, and who serves them. Names as for upstreams."),
            new("models", "mapping: name → model", "none",
                "Names of your own for models: a target that names one is served by what it stands for, or skipped while it is switched " +
                "off. Names as for upstreams."),
            new("keys", "list of keys", "none", "Who may call. With none listed, callers from this machine only, with any key."),
            new("limits", "mapping", "see below", "Bounds of one gateway process."),
            new("params", "`lenient`, `strict` or a mapping", "`lenient`",
                "What is done with a part of a request that a target cannot do: see [params](params.md). It needs a profile to know."),
            new("prices", "mapping: model → price", "none",
                "What tokens cost, by the upstream's name of the model (1 to 256 characters). A model without one has the " +
                "price that the [catalog](catalog.md) has of it at that upstream, if any."),
        ]);

    public static readonly MapShape OpenAiCompatible = new("upstreams.<name> (type: openai-compatible)",
        "A server that speaks OpenAI's dialect: OpenAI itself, vLLM, SGLang, llama.cpp, another gateway.",
        """
        upstreams:
          acme-openai:
            type: openai-compatible
            baseUrl: https://api.openai.com/v1
            apiKey: ${OPENAI_API_KEY}
            headers: { OpenAI-Project: "${OPENAI_PROJECT}" }
        """,
        [
            UpstreamKeys.Type,
            new("baseUrl", "absolute `http` or `https` URL without user, query and fragment, up to 2048 characters; takes `${NAME}`", null,
                "Where the API begins, usually ending in `/v1`. A slash at the end makes no difference. It is shown in plans: put no " +
                "secret in it."),
            new("apiKey", "text with at least one `${NAME}`, up to 8 KiB of visible ASCII", "none",
                "Sent as `Authorization: Bearer …`. The spec only ever names the variable; its value is never printed or stored."),
            new("headers", "mapping: HTTP header → text, up to 64 headers of 8 KiB of printable ASCII; values take `${NAME}`", "none",
                "Sent with every request. Not `Host`, `Content-Length`, `Content-Type`, `Accept-Encoding` and others that the gateway " +
                "or one connection owns; " +
                "not `Authorization` beside `apiKey`. A value that is a credential must come from the environment."),
            UpstreamKeys.Profile("`none`"),
            new("http", "`auto`, `\"1.1\"` or `\"2\"`", "`auto`",
                "`auto` agrees with the server over TLS, `h2` preferred, and speaks HTTP/1.1 without TLS. `\"2\"` without TLS needs a " +
                "server that expects it."),
            UpstreamKeys.ShowErrors,
            .. ResilienceShapes.UpstreamKeys,
        ]);

    public static readonly MapShape Rehearsal = new("upstreams.<name> (type: rehearsal)",
        "The built-in stage: deterministic answers without any model, for a first try, demos, load tests and fault drills. It always " +
        "says what it is.",
        """
        upstreams:
          rehearsal:
            type: rehearsal
            firstTokenDelay: 300ms
            tokenDelay: 20ms
            faults: [ { kind: rate-limit, every: 50 } ]
        """,
        [
            UpstreamKeys.Type,
            new("firstTokenDelay", DelayRange, NoDelay, "Wait before the first event, or before a whole answer."),
            new("tokenDelay", DelayRange, NoDelay, "Wait between two tokens; a whole answer takes the sum."),
            UpstreamKeys.Profile("`none`"),
            new("faults", "list of faults, up to 100", "none", "What goes wrong, by the number of the request. The first that hits wins."),
            .. ResilienceShapes.UpstreamKeys,
        ]);

    public static readonly MapShape Fault = new("upstreams.<name>.faults[]", "A fault that the rehearsal upstream plays.",
        """
        upstreams:
          rehearsal:
            type: rehearsal
            faults:
              - { kind: hang, every: 1000 }
              - { kind: cut, every: 10 }
        """,
        [
            new("kind", "`rate-limit`, `server-error`, `hang`, `reset`, `cut`, `stall` or `html`", null,
                "429 with `Retry-After` · 500 · never answers · connection breaks before the answer · breaks in the middle · stops in " +
                "the middle but stays open · 200 with an HTML page."),
            new("every", "whole number from 1 to 1000000000", null, "Every how many requests; `1` is each one."),
        ]);

    public static readonly MapShape Route = new("routes.<name>", "What callers ask for, and where it is served.",
        """
        routes:
          support-chat:
            match: { model: [gpt-4o, gpt-4o-mini] }
            targets:
              - { upstream: acme-openai }
              - { upstream: local-vllm, model: qwen3-coder-next }
        """,
        [
            new("match", "mapping", null, "Which requests take this route."),
            new("params", "`lenient`, `strict` or a mapping", "as at the top", "What is different on this route. Fields are added to those at the top."),
            new("targets", "list of targets, 1 to 16", null, "The first serves; the others are fallbacks, tried in this order."),
            new("retry", "mapping", "each target once", "How often a request is sent before its first byte."),
            new("sticky", "`conversation`, `user` or `none`", "`conversation`", "What the draw among targets with a `weight` sticks to."),
            new("budget", "mapping", "none", "What the route may cost."),
            new("degrade", "mapping", "none", "The cheaper place that serves when the budget is spent or the first target's breaker is open."),
        ]);

    public static readonly MapShape Match = new("routes.<name>.match",
        "All that is given must hold. An exact name beats a pattern, a longer pattern beats a shorter one. Of routes with the same name or " +
        "pattern the most specific wins: one with `key` before one without, then more headers, then more metadata members, then one with " +
        "`task`. Two that are as specific as each other and that one request can meet are an error. More in [routing](routing.md).",
        """
        routes:
          small-models:
            match: { model: [gpt-4o-mini, "gpt-4.1-*"] }
            targets: [ { upstream: local-vllm, model: qwen3-coder-next } ]
        """,
        [
            new("model", "text or list of text, at least one; each 1 to 256 characters", null,
                "The `model` of the request. One `*` at the end makes a pattern; `\"*\"` alone matches everything (quote it: a plain " +
                "`*` is YAML for something else)."),
            new("key", "name of a key, or a list of up to 64", "any", "Who calls."),
            new("header", "mapping: HTTP header → text or list of text, up to 16 headers", "any",
                "A header that has one of these values, byte for byte. Not one that carries a credential."),
            new("metadata", "mapping: name → text or list of text, up to 16 members", "any",
                "A member of the request's `metadata` that is one of these texts."),
            new("task", "`chat`, `code` or `agent`, or a list of them", "any",
                "What the request is for: the `x-causeway-task` header, else what its content shows."),
        ]);

    public static readonly MapShape Target = new("routes.<name>.targets[]", "One place a route can be served.",
        """
        routes:
          support-chat:
            match: { model: gpt-4o }
            targets: [ { upstream: acme-openai, model: gpt-4o-2024-11-20 } ]
        """,
        [
            new("upstream", "name of an upstream", null, "Where to send the request."),
            new("model", "text, 1 to 256 characters", "as asked", "The upstream's name of the model, or one of `models`."),
            UpstreamKeys.Profile("as the upstream's"),
            new("maxTokens", "mapping", "as the profile says", "How many tokens an answer may have."),
            new("region", "name of an AWS Region", "each of the upstream's", "Only for an upstream of type `bedrock`: this Region and no other."),
            new("weight", "whole number from 0 to 10000", "none",
                "Its share of the requests it serves first. Once a target of the route has one, a sticky draw chooses the first target; those " +
                "without are fallbacks only."),
        ]);

    public static readonly MapShape Budget = new("routes.<name>.budget",
        "A bound on settled cost. Once it is reached, `degrade.to` serves, or the caller gets a 429 in the shape OpenAI uses for a spent quota.",
        """
        routes:
          support-chat:
            match: { model: gpt-4o }
            budget: { usdPerDay: 50 }
            targets: [ { upstream: acme-openai } ]
        """,
        [
            new("usdPerDay", "number of US dollars from 0 to 10000000 with at most 9 decimals", null,
                "What a UTC day may cost by `prices`. Answers under way when it is reached are finished and counted."),
        ]);

    public static readonly MapShape Degrade = new("routes.<name>.degrade", "A cheaper place for when the usual one is too dear or broken.",
        """
        routes:
          support-chat:
            match: { model: gpt-4o }
            budget: { usdPerDay: 50 }
            degrade: { to: { upstream: local-vllm, model: qwen3-coder-next }, when: [budget, breaker] }
            targets: [ { upstream: acme-openai } ]
        """,
        [
            new("to", "target", null, "Where. A `weight` means nothing here."),
            new("when", "`budget`, `breaker`, or a list of them", "both", "The reasons that count. An upstream that an operator switched off is as one whose breaker is open."),
        ]);

    public static readonly MapShape Model = new("models.<name>",
        "A model under a name that routes can keep: what it stands for, and whether it may serve, is said in one place.",
        """
        models:
          coder: { id: qwen.qwen3-coder-next, enabled: "${CODER_ENABLED}" }
        routes:
          code:
            match: { model: gpt-4o }
            targets: [ { upstream: local-vllm, model: coder }, { upstream: acme-openai } ]
        """,
        [
            new("id", "text, 1 to 256 characters", null, "The upstream's name of the model. It is not looked up among `models` again."),
            new("enabled", "`true`, `false` or text that `${NAME}` makes one of them (also `on`, `off`, `1`, `0`, `yes`, `no`)", "`true`",
                "A target whose model is off is skipped. A route with no target left is an error, and so is a variable that is not set."),
        ]);

    public static readonly MapShape MaxTokens = new("routes.<name>.targets[].maxTokens",
        "How many tokens an answer may have. An upstream that reserves quota from the figure makes a missing or careless one expensive.",
        """
        routes:
          support-chat:
            match: { model: gpt-4o }
            targets: [ { upstream: local-vllm, maxTokens: { default: 1024, cap: 8192 } } ]
        """,
        [
            new("default", "whole number from 1 to 10000000", "as the profile says", "Asked for when the caller states none."),
            new("cap", "whole number from 1 to 10000000", "as the profile says",
                "The most that is asked for. A request for more is cut to it and told, or refused where `params` is strict."),
        ]);

    public static readonly MapShape Params = new("params",
        "What is done with a part of a request that a target cannot do. Every field, with what can be done for it: [params](params.md).",
        """
        params: { mode: strict, fields: { seed: drop, logit_bias: refuse, logprobs: pass } }
        """,
        [
            new("mode", "`lenient` or `strict`", "as above it, at the top `lenient`",
                "`lenient` drops what can neither be mapped nor emulated and tells the caller in `x-causeway-params`; `strict` answers 400, " +
                "and counts as lacking what the profile does not know."),
            new("fields", "mapping: field or feature → `pass`, `drop`, `refuse` or `emulate`; up to 200", "none",
                "An operator's word, which beats mode and profile."),
        ]);

    public static readonly MapShape Key = new("keys[]",
        "A caller, known by the hash of its key. `causeway key new` makes a key and shows it once.",
        """
        keys:
          - { name: ci, hash: "sha256:b3dd1bbf3dbd4e8cd1a3e4e5ba2a0a3ddc2bb7c29f2f8e9ecb3ac0d4e7ed5b52" }
        """,
        [
            new("name", NameRule, null, "Written to the ledger with every request. No two keys share one."),
            new("hash", "`sha256:` and 64 hex digits", null, "SHA-256 of the key. No two keys share one."),
            new("tune", "`true` or `false`", "`false`", "Whether it may upload files and start fine-tuning jobs: see [fine-tuning](../guides/fine-tuning.md)."),
        ]);

    public static readonly MapShape Limits = new("limits", "Bounds of one gateway process. Beyond each lies a clear refusal.",
        "limits: { body: 8MiB, concurrentRequests: 200, timeToFirstToken: 20s, idle: 30s, total: 5m }",
        [
            new("body", "size from 1KiB to 1GiB", $"`{SizeText.Format(Defaults.Body)}`", "The largest request body."),
            new("concurrentRequests", "whole number from 1 to 100000", $"`{Defaults.ConcurrentRequests}`",
                "Requests in progress at once; the next one is refused with 429."),
            new("timeToFirstToken", LimitRange, Of(Defaults.TimeToFirstToken),
                "From sending a request upstream to its first event, or to the head of a whole answer."),
            new("idle", LimitRange, Of(Defaults.Idle),
                "The longest silence inside an answer, and the longest wait for a caller that does not read."),
            new("total", LimitRange, Of(Defaults.Total), "The whole exchange."),
        ]);

    public static readonly MapShape Price = new("prices.<model>",
        "US dollars per million tokens, from 0 to 1000000 with at most 9 decimals.",
        """
        prices:
          gpt-4o: { prompt: 2.50, completion: 10, cached: 1.25 }
        """,
        [
            new("prompt", "number", null, "A million prompt tokens."),
            new("completion", "number", null, "A million completion tokens, reasoning included."),
            new("cached", "number", "as `prompt`", "A million prompt tokens that the upstream took from its cache."),
        ]);

    /// <summary>In the order of the reference.</summary>
    public static readonly ImmutableArray<MapShape> All =
        [
            Root, OpenAiCompatible, BedrockShapes.Bedrock, BedrockShapes.Credentials, BedrockShapes.Guardrail, EmbeddedShapes.Embedded, Rehearsal, Fault, Route, Match, Target, MaxTokens, Budget, Degrade, Model, Params, Key,
            Limits, Price, .. ResilienceShapes.All,
        ];

    private static string DelayRange => "duration from 0ms to 1h";

    private static string LimitRange => "duration from 1ms to 24h";

    private static string Of(TimeSpan duration) => $"`{DurationText.Format(duration)}`";
}
