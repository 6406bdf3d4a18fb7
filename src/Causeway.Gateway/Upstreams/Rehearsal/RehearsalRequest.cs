using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal;

internal enum ToolKind
{
    Function,
    Custom,
    /// <summary>The <c>functions</c> of before <c>tools</c>.</summary>
    LegacyFunction,
}

/// <summary>A tool the answer may call. <see cref="Parameters"/> is undefined when the caller gave no schema.</summary>
internal readonly record struct ToolOffer(ToolKind Kind, string Name, JsonElement Parameters, bool Strict);

/// <summary>What the caller wants of the tools on offer.</summary>
internal enum ToolDemand
{
    None,
    Auto,
    /// <summary>At least one call.</summary>
    Required,
    /// <summary>Exactly the tool that is left in the offers.</summary>
    Named,
}

internal enum AnswerFormat
{
    Text,
    JsonObject,
    JsonSchema,
}

/// <summary>A request that passed the rules. Its elements live as long as the document it was read from.</summary>
internal sealed record RehearsalRequest
{
    public required Script Script { get; init; }
    public required ulong Seed { get; init; }
    public required int PromptTokens { get; init; }
    public required string LastUserText { get; init; }

    /// <summary>Text of the last message when that is a tool's result; then an agent waits for words, not for more calls.</summary>
    public string? ToolResult { get; init; }

    /// <summary>A text completion, not a chat.</summary>
    public bool IsText { get; init; }

    public bool Stream { get; init; }
    public bool IncludeUsage { get; init; }
    public int Choices { get; init; } = 1;
    public int? MaxTokens { get; init; }
    public IReadOnlyList<string> Stops { get; init; } = [];
    public bool Logprobs { get; init; }
    public int TopLogprobs { get; init; }
    public bool ServiceTierAsked { get; init; }

    public ToolDemand Demand { get; init; }
    public IReadOnlyList<ToolOffer> Offers { get; init; } = [];
    public bool ParallelCalls { get; init; } = true;

    public AnswerFormat Format { get; init; }
    public JsonElement Schema { get; init; }
    public bool StrictSchema { get; init; }
}
