using System.Collections.Immutable;

namespace Causeway.Wire.Errors;

/// <summary>What an upstream answered instead of a completion.</summary>
/// <param name="Status">Its HTTP status.</param>
/// <param name="Exception">The name in AWS's <c>x-amzn-errortype</c> header, without what follows the colon; null elsewhere.</param>
/// <param name="Said">Its body, if that is an error in a known shape.</param>
public readonly record struct UpstreamRefusal(int Status, string? Exception, UpstreamErrorBody? Said)
{
    internal bool Has(string words) => Said?.Message.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    internal bool Is(params ReadOnlySpan<string> exceptions) => exceptions.Contains(Exception);
}

/// <summary>Whose eyes the upstream's words are for.</summary>
public enum UpstreamWords
{
    /// <summary>They are about the request: the caller reads them.</summary>
    Caller,
    /// <summary>They are about the operator's account and machines: the ledger keeps them, the caller reads them only with <c>showErrors</c>.</summary>
    Operator,
}

/// <summary>One row: what an upstream says, and what becomes of it. The first row that matches is taken.</summary>
public sealed class UpstreamErrorRule
{
    internal UpstreamErrorRule(string name, string when, Func<UpstreamRefusal, bool> matches) => (Name, When, Matches) = (name, when, matches);

    /// <summary>For tests and discussions.</summary>
    public string Name { get; }

    /// <summary>For the documentation, in Markdown.</summary>
    public string When { get; }

    /// <summary>What the caller is told; null when the upstream's status, type, code and parameter are kept.</summary>
    public ErrorCode? Code { get; internal init; }

    /// <summary>The upstream's status is kept beside the code of <see cref="Code"/>.</summary>
    public bool KeepsStatus { get; internal init; }

    public UpstreamWords Words { get; internal init; }

    /// <summary>The gateway's own sentence; the upstream's words may follow it, or stand alone where this is empty.</summary>
    public string Sentence { get; internal init; } = "";

    /// <summary>Another target may do better: the refusal is about this server and not about the request.</summary>
    public bool MayTryNext { get; internal init; }

    internal Func<UpstreamRefusal, bool> Matches { get; }

    /// <summary>The error for the caller.</summary>
    /// <param name="words">The upstream's words, cleaned by <see cref="UpstreamErrorText"/>; null when there are none.</param>
    /// <param name="showAll">The operator wants callers to read everything.</param>
    public WireError Error(UpstreamRefusal refusal, string? words, bool showAll)
    {
        var message = Message(words, showAll);
        if (Code is null) return new WireError(refusal.Status, refusal.Said?.Type ?? "invalid_request_error", refusal.Said?.Code, message, refusal.Said?.Param);
        var error = Code.Error(message, Words == UpstreamWords.Caller ? refusal.Said?.Param : null);
        return KeepsStatus ? error with { Status = refusal.Status } : error;
    }

    private string Message(string? words, bool showAll)
    {
        if (string.IsNullOrEmpty(words) || (Words == UpstreamWords.Operator && !showAll)) return Sentence.Length > 0 ? Sentence : words ?? "";
        return Words == UpstreamWords.Caller ? words : $"{Sentence} It said: {words}";
    }
}

/// <summary>
/// The one table that turns what upstreams answer into what callers are told. docs/reference/upstream-errors.md is generated from it.
/// </summary>
public static class UpstreamErrorTable
{
    /// <summary>In the order in which they are tried; the last one matches everything.</summary>
    public static ImmutableArray<UpstreamErrorRule> Rules { get; } =
    [
        new("wrong-route", "400 \"… isn't supported on this route\", 400 \"… does not support the '…' API\", 401 or 403 \"… is not enabled for this account\"", IsWrongRoute)
        {
            Code = ErrorCodes.ModelRouteUnsupported, Words = UpstreamWords.Operator, MayTryNext = true,
            Sentence = "The upstream does not serve this model through Chat Completions.",
        },
        new("credentials", "401, 403, or one of AWS's exceptions about credentials (`AccessDeniedException`, `UnrecognizedClientException`, `InvalidSignatureException`, " +
            "`ExpiredTokenException`, `IncompleteSignature`, `RequestExpired`, `InvalidClientTokenId`)",
            static r => r.Status is 401 or 403 || r.Is("AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException",
                "IncompleteSignature", "RequestExpired", "InvalidClientTokenId"))
        {
            Code = ErrorCodes.UpstreamAuthFailed, Words = UpstreamWords.Operator, MayTryNext = true,
            Sentence = "The upstream refused the gateway's credentials. This is for the gateway's operator to solve.",
        },
        new("not-ready", "429 `ModelNotReadyException`", static r => r.Is("ModelNotReadyException"))
        {
            Code = ErrorCodes.UpstreamOverloaded, Words = UpstreamWords.Operator, MayTryNext = true, Sentence = "The upstream's model is not ready yet.",
        },
        new("quota", "429, or 400 `ServiceQuotaExceededException`", static r => r.Status == 429 || r.Is("ServiceQuotaExceededException"))
        {
            Code = ErrorCodes.UpstreamRateLimited, Words = UpstreamWords.Operator, MayTryNext = true, Sentence = "The upstream's rate limit is reached.",
        },
        new("capacity", "503, 529", static r => r.Status is 503 or 529)
        {
            Code = ErrorCodes.UpstreamOverloaded, Words = UpstreamWords.Operator, MayTryNext = true, Sentence = "The upstream is overloaded.",
        },
        new("timeout", "408, 504, or `ModelTimeoutException`", static r => r.Status is 408 or 504 || r.Is("ModelTimeoutException"))
        {
            Code = ErrorCodes.UpstreamTimeout, Words = UpstreamWords.Operator, MayTryNext = true, Sentence = "The upstream reported a timeout.",
        },
        new("model-failed", "424: AWS's `ModelErrorException`, `ModelStreamErrorException`", static r => r.Status == 424)
        {
            Code = ErrorCodes.UpstreamFailed, Words = UpstreamWords.Operator, MayTryNext = true, Sentence = "The upstream's model failed.",
        },
        new("context-length", "400, 413 or 422 that speaks of the context's length: code `context_length_exceeded`, or \"maximum context length\", \"context window\", " +
            "\"input is too long\", \"prompt is too long\"", IsContextLength)
        {
            Code = ErrorCodes.ContextLengthExceeded, Sentence = "The request is longer than the model's context.",
        },
        new("aws-refusal", "400 or another 4xx in AWS's envelope: `ValidationException`, `ResourceNotFoundException`, `ConflictException`",
            static r => r is { Status: >= 400 and < 500, Exception: not null, Said: not null })
        {
            Code = ErrorCodes.UpstreamRejected, KeepsStatus = true,
        },
        new("refusal", "any other 4xx with an error in a known shape", static r => r is { Status: >= 400 and < 500, Said: not null }),
        new("wordless-refusal", "any other 4xx", static r => r.Status is >= 400 and < 500)
        {
            Code = ErrorCodes.UpstreamRejected, KeepsStatus = true, Sentence = "The upstream refused the request without saying why.",
        },
        new("failure", "any other 5xx", static r => r.Status >= 500)
        {
            Code = ErrorCodes.UpstreamFailed, Words = UpstreamWords.Operator, MayTryNext = true, Sentence = "The upstream failed.",
        },
        new("redirect", "3xx", static r => r.Status >= 300)
        {
            Code = ErrorCodes.UpstreamRedirected, Words = UpstreamWords.Operator, MayTryNext = true,
            Sentence = "The upstream answered with a redirect, which is not followed. Its baseUrl is probably wrong.",
        },
        new("no-completion", "a 2xx other than 200", static _ => true)
        {
            Code = ErrorCodes.UpstreamInvalidResponse, Words = UpstreamWords.Operator, MayTryNext = true, Sentence = "The upstream answered without a completion.",
        },
    ];

    public static UpstreamErrorRule Find(UpstreamRefusal refusal) => Rules.First(rule => rule.Matches(refusal));

    /// <summary>
    /// Whether another target may be asked. A request that one server calls wrong, another will too, unless the row says that it is about
    /// this server; a path or a model that is not there (404) is about the server, whoever words it.
    /// </summary>
    public static bool MayTryNext(UpstreamErrorRule rule, int status) =>
        rule.MayTryNext || status is >= 400 and < 500 and not (400 or 405 or 409 or 411 or 413 or 415 or 422);

    private static bool IsWrongRoute(UpstreamRefusal r) => r.Status switch
    {
        400 => r.Has("supported on this route") || (r.Has("does not support the '") && r.Has("' API")),
        401 or 403 => r.Has("is not enabled for this account"),
        _ => false,
    };

    private static bool IsContextLength(UpstreamRefusal r) => r.Status is 400 or 413 or 422
        && (r.Said?.Code == "context_length_exceeded" || r.Has("maximum context length") || r.Has("context window") || r.Has("input is too long") || r.Has("prompt is too long"));
}
