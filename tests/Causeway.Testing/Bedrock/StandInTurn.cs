namespace Causeway.Testing.Bedrock;

internal enum TurnKind
{
    Say,
    Call,
    Leak,
    Refuse,
    FailInStream,
    Cut,
    Hang,
}

/// <summary>What the stand-in does with the next request that got past its door (key, signature, route).</summary>
public sealed record StandInTurn
{
    private StandInTurn(TurnKind kind) => Kind = kind;

    internal TurnKind Kind { get; }
    internal string Text { get; private init; } = "";
    internal string After { get; private init; } = "";
    internal string? Reasoning { get; private init; }
    internal IReadOnlyList<(string Name, string Arguments)> Calls { get; private init; } = [];
    internal int Status { get; private init; } = 200;
    internal string? ErrorType { get; private init; }
    internal string? Code { get; private init; }
    internal int? RetryAfter { get; private init; }
    internal string? RawBody { get; private init; }

    /// <summary>Answers with text as it is, markup and all.</summary>
    public static StandInTurn Say(string text, string? reasoning = null) => new(TurnKind.Say) { Text = text, Reasoning = reasoning };

    /// <summary>Calls tools as it should.</summary>
    /// <param name="calls">Names and arguments as JSON.</param>
    public static StandInTurn Call(params (string Name, string Arguments)[] calls) => new(TurnKind.Call) { Calls = calls };

    /// <summary>Leaves a tool call in the text, in the model's own markup, and finishes with <c>stop</c>.</summary>
    public static StandInTurn Leak(string name, string arguments, string before = "", string after = "") =>
        new(TurnKind.Leak) { Calls = [(name, arguments)], Text = before, After = after };

    /// <summary>429: the account's quota is used up.</summary>
    public static StandInTurn Quota(int? retryAfter = null) => new(TurnKind.Refuse)
    {
        Status = 429, ErrorType = "ThrottlingException", Code = "rate_limit", Text = "Too many tokens, please wait before trying again.", RetryAfter = retryAfter,
    };

    /// <summary>503: this Region has no capacity now.</summary>
    public static StandInTurn NoCapacity() => new(TurnKind.Refuse)
    {
        Status = 503, ErrorType = "ServiceUnavailableException", Code = "service_unavailable", Text = "Bedrock is unable to process your request.",
    };

    /// <summary>An error in the envelope of the host that was asked.</summary>
    public static StandInTurn Refuse(int status, string message, string errorType = "ValidationException", string code = "validation_error") =>
        new(TurnKind.Refuse) { Status = status, Text = message, ErrorType = errorType, Code = code };

    /// <summary>Any status with any body.</summary>
    public static StandInTurn Raw(int status, string body) => new(TurnKind.Refuse) { Status = status, RawBody = body };

    /// <summary>Says <paramref name="text"/>, then an event <c>{"error":…}</c> inside the 200 stream. A whole answer is a 500.</summary>
    public static StandInTurn FailInStream(string text = "", string message = "Task submission failed: Generation failed") =>
        new(TurnKind.FailInStream) { Text = text, After = message };

    /// <summary>Says <paramref name="text"/> and breaks the connection.</summary>
    public static StandInTurn Cut(string text) => new(TurnKind.Cut) { Text = text };

    /// <summary>Takes the request and never answers.</summary>
    public static StandInTurn Hang() => new(TurnKind.Hang);
}
