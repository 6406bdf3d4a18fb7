namespace Causeway.Wire.Chat;

/// <summary>What in a request's user messages looks like work on code. The first that is found, in this order.</summary>
public enum CodeSign
{
    None,
    /// <summary>Three backticks.</summary>
    Fence,
    /// <summary>A line of a unified diff: <c>diff --git </c>, <c>@@ -</c> or <c>+++ </c>.</summary>
    Diff,
    /// <summary>A pasted file: <c>&lt;file</c>, or a first line that begins with <c>#!/</c>.</summary>
    File,
    /// <summary>A stack trace: <c>Traceback (most recent call last)</c>.</summary>
    Trace,
}

/// <summary>
/// What a routing decision may want to know of a chat completion beyond its <see cref="ChatEnvelope"/>. Read by a second scan, only when a
/// rule asks for it; every text is bounded. A member of the wrong type counts as absent: the upstream will say what is wrong with it.
/// </summary>
public sealed record RequestFacts
{
    /// <summary>Members of <c>metadata</c> that are kept, in the order of the request.</summary>
    public const int MaxMetadata = 64;

    /// <summary>Characters kept of a text; a longer one is cut after one more, so that it equals none that is allowed.</summary>
    public const int MaxText = 512;

    /// <summary>Bytes of one message's content that are looked at, escapes included.</summary>
    public const int MaxLooked = 64 << 10;

    /// <summary>Bytes of all user messages that are looked at for <see cref="CodeSign"/>.</summary>
    public const int MaxLookedInAll = 1 << 20;

    /// <summary><c>prompt_cache_key</c>.</summary>
    public string? PromptCacheKey { get; init; }

    /// <summary><c>safety_identifier</c>.</summary>
    public string? SafetyIdentifier { get; init; }

    /// <summary><c>metadata</c>: its members that are texts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>Tools or functions are offered, and <c>tool_choice</c> is not <c>"none"</c>.</summary>
    public bool OffersTools { get; init; }

    /// <summary>The conversation holds a tool's answer or a call of one.</summary>
    public bool HasToolMessages { get; init; }

    public CodeSign CodeSign { get; init; }

    /// <summary>
    /// SHA-256, in hex, over the kind of role (one byte) and the content (as sent, at most <see cref="MaxLooked"/> bytes of each) of every message up to the
    /// first user message: the same for every turn of one conversation. Null when there is no user message.
    /// </summary>
    public string? Opening { get; init; }

    /// <param name="body">A body that <see cref="ChatEnvelope.TryRead"/> has accepted. Time is linear in it.</param>
    public static RequestFacts Read(ReadOnlySpan<byte> body) => new FactScan(body).Read();
}
