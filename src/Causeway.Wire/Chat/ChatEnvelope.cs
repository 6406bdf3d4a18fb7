using System.Diagnostics.CodeAnalysis;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>
/// What the gateway needs to know of a chat completion request, found in one strict scan; everything else stays bytes.
/// Ranges point into the body that was read. A successful read allocates the strings of this type and nothing else.
/// </summary>
public readonly record struct ChatEnvelope
{
    /// <summary>Longest model name accepted, in UTF-16 units.</summary>
    public const int MaxModelLength = 256;

    /// <summary>How much of <see cref="User"/> is kept, in UTF-16 units.</summary>
    public const int MaxUserLength = 512;

    /// <summary>The model asked for; never empty.</summary>
    public required string Model { get; init; }

    /// <summary>The model's value, quotes included.</summary>
    public required ByteRange ModelValue { get; init; }

    /// <summary>Whether an event stream is asked for.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether the caller itself asked for the usage chunk of a stream.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The value of <c>stream_options</c>, an object or null; empty when the member is absent.</summary>
    public ByteRange StreamOptions { get; init; }

    /// <summary>The value of <c>stream_options.include_usage</c>; empty when the member is absent.</summary>
    public ByteRange IncludeUsageValue { get; init; }

    /// <summary>The root object from its <c>{</c> to its <c>}</c>, both included.</summary>
    public required ByteRange Root { get; init; }

    /// <summary>The caller's <c>user</c> when it is a string, cut at <see cref="MaxUserLength"/>.</summary>
    public string? User { get; init; }

    /// <summary>The value of <c>messages</c>, of whatever type; empty when absent.</summary>
    public ByteRange Messages { get; init; }

    /// <summary>The value of <c>tools</c>, of whatever type; empty when absent.</summary>
    public ByteRange Tools { get; init; }

    public bool HasTools => !Tools.IsEmpty;

    /// <summary>Bytes of <c>messages</c> and <c>tools</c>: the size of the prompt, for rough estimates.</summary>
    public int PromptBytes => Messages.Length + Tools.Length;

    /// <summary>
    /// Reads and validates a whole request body: UTF-8, one JSON object without comments, trailing commas or trailing bytes, at most
    /// 128 deep, no duplicate names in any object, and the few members above of the right type. Time and memory are linear in the body.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ChatEnvelope envelope, [NotNullWhen(false)] out WireError? error)
    {
        var names = MemberNames.Rent();
        try
        {
            var scan = new EnvelopeScan(body, names);
            error = scan.Read(out envelope);
            return error is null;
        }
        finally
        {
            names.Return();
        }
    }
}
