using System.Collections.Immutable;
using Causeway.Spec.Profiles;

namespace Causeway.Gateway.Adapt;

/// <summary>
/// What an upstream's answer needs before it is what the caller asked for. Pure data, made by <see cref="RequestAdapter"/> for one attempt;
/// the reply decorators in <c>Adapt/Answers</c> carry it out. Null instead of an instance means that the answer's bytes pass untouched.
/// </summary>
internal sealed record AnswerEdits
{
    /// <summary>Families of markup to look for in the text, in this order; words of <see cref="ProfileWords.Dialects"/>. Empty: no repair.</summary>
    public ImmutableArray<string> Dialects { get; init; } = [];

    /// <summary>Where the model's reasoning stands; it reaches the caller as <c>reasoning_content</c>.</summary>
    public ReasoningFact Reasoning { get; init; }

    /// <summary>The request's <c>tools</c> as sent (a JSON array): types for the dialects' arguments. Empty when there are none. Valid as long as the request's body.</summary>
    public ReadOnlyMemory<byte> Tools { get; init; }

    /// <summary>From the name that was sent to the one the caller gave, for tools that had to be renamed; null when none had.</summary>
    public IReadOnlyDictionary<string, string>? ToolNames { get; init; }

    /// <summary>Stop sequences that the upstream does not know: the gateway cuts before the first of them. At most 4 by OpenAI's rule, up to 16 here.</summary>
    public ImmutableArray<string> StopStrings { get; init; } = [];

    /// <summary>The JSON that the content must be; null when the upstream guarantees it or nobody asked.</summary>
    public JsonDemand? Json { get; init; }

    /// <summary>The tool call that must come; null when the upstream guarantees it or nobody asked.</summary>
    public ToolDemand? Tool { get; init; }

    /// <summary>Only the first tool call of a message counts: <c>parallel_tool_calls: false</c> for an upstream without it.</summary>
    public bool SingleToolCall { get; init; }

    /// <summary>
    /// The caller offered <c>functions</c>, which were sent as tools: the call comes back as <c>function_call</c>. With <see cref="SingleToolCall"/>.
    /// </summary>
    public bool AsFunctionCall { get; init; }

    /// <summary>How many choices the caller wants; above 1 the request, which asks for one, is sent that many times. At most <see cref="MaxChoices"/>.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>The caller wants the usage chunk of a stream and the upstream was not asked for it: the gateway's own count is sent.</summary>
    public bool CountUsage { get; init; }

    /// <summary>The caller wants a stream and the upstream was asked for a whole answer: it is played out as events.</summary>
    public bool PlayOut { get; init; }

    /// <summary>The largest <see cref="Choices"/>: each one is a request of its own.</summary>
    public const int MaxChoices = 8;

    /// <summary>No byte can leave before the answer is complete, so the limit on the first byte does not apply.</summary>
    public bool HoldsWhole => PlayOut || Json is not null || Tool is not null;
}

/// <summary>Content that must be JSON.</summary>
/// <param name="Schema">The JSON Schema it must satisfy; empty when any object will do. Valid as long as the request's body.</param>
/// <param name="MaxReasks">How often the model may be asked again before the answer is an error.</param>
internal sealed record JsonDemand(ReadOnlyMemory<byte> Schema, int MaxReasks);

/// <summary>A tool call that must be in the answer.</summary>
/// <param name="Name">As sent to the upstream (see <see cref="AnswerEdits.ToolNames"/>); null when any tool will do.</param>
/// <param name="MaxReasks">How often the model may be asked again before the answer is an error.</param>
internal sealed record ToolDemand(string? Name, int MaxReasks);
