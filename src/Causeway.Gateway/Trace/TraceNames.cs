namespace Causeway.Gateway.Trace;

/// <summary>
/// Every name in a span, here and nowhere else. Those without <c>causeway.</c> are OpenTelemetry's semantic conventions: HTTP, errors and
/// server addresses (stable), and generative AI as of version 1.37, where <c>gen_ai.provider.name</c> took the place of <c>gen_ai.system</c>.
/// </summary>
internal static class TraceNames
{
    public static string ExchangeSpan(Upstreams.Operation operation) => operation switch
    {
        Upstreams.Operation.Completions => "POST /v1/completions",
        Upstreams.Operation.Embeddings => "POST /v1/embeddings",
        Upstreams.Operation.Tokenize => "POST /v1/tokenize",
        _ => "POST /v1/chat/completions",
    };

    // HTTP, errors, addresses.
    public const string HttpMethod = "http.request.method";
    public const string HttpRoute = "http.route";
    public const string HttpStatus = "http.response.status_code";
    public const string UrlPath = "url.path";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string CloudRegion = "cloud.region";
    public const string ErrorType = "error.type";

    // Generative AI.
    public const string Operation = "gen_ai.operation.name";

    /// <summary>Values of <see cref="Operation"/>; counting tokens has none in the conventions.</summary>
    public static string NameOf(Upstreams.Operation operation) => operation switch
    {
        Upstreams.Operation.Completions => "text_completion",
        Upstreams.Operation.Embeddings => "embeddings",
        Upstreams.Operation.Tokenize => "tokenize",
        _ => "chat",
    };

    public const string Provider = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string ResponseModel = "gen_ai.response.model";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";

    // Our own: what the ledger's row says, under the same words.
    public const string RequestId = "causeway.request.id";
    public const string Plan = "causeway.plan";
    public const string Key = "causeway.key";
    public const string Route = "causeway.route";
    public const string RouteReason = "causeway.route.reason";
    public const string Upstream = "causeway.upstream";
    public const string Stream = "causeway.stream";
    public const string Params = "causeway.params";
    public const string Attempts = "causeway.attempts";
    public const string AttemptNumber = "causeway.attempt.number";
    public const string AttemptResult = "causeway.attempt.result";
    public const string AttemptIsTrial = "causeway.attempt.trial";
    public const string Outcome = "causeway.outcome";
    public const string FirstByte = "causeway.first_byte.seconds";
    public const string TotalInputTokens = "causeway.usage.input_tokens";
    public const string TotalOutputTokens = "causeway.usage.output_tokens";
    public const string UsageSource = "causeway.usage.source";
    public const string CostNanos = "causeway.cost.nanodollars";
}
