using System.Collections.Immutable;

namespace Causeway.Testing.Bedrock;

/// <summary>How a model writes a tool call when it leaks into the text.</summary>
public enum StandInMarkup
{
    /// <summary><c>&lt;｜DSML｜function_calls&gt;</c>: DeepSeek V3.2.</summary>
    Dsml,
    /// <summary><c>&lt;minimax:tool_call&gt;</c>: MiniMax M2.</summary>
    Minimax,
    /// <summary><c>&lt;tool_call&gt;&lt;function=…&gt;</c>: Qwen3 Coder.</summary>
    QwenXml,
    /// <summary><c>&lt;tool_call&gt;{"name":…}&lt;/tool_call&gt;</c>: Hermes, and models without a dialect of their own.</summary>
    Hermes,
}

/// <summary>What the stand-in knows about one model: where it answers, how it reasons, what it refuses. Change it with <c>with</c> and <see cref="BedrockStandIn.Use"/>.</summary>
/// <param name="Id">The name of the model on the mantle host.</param>
public sealed record StandInModel(string Id)
{
    /// <summary>The one prefix it answers under on the mantle host, or null.</summary>
    public string? MantlePrefix { get; init; } = "/v1";

    /// <summary>Its name on the runtime host's <c>/openai/v1</c>, or null when it does not answer there.</summary>
    public string? RuntimeId { get; init; }

    /// <summary>Wrong prefixes are answered with a 401 that speaks of the account instead of the route.</summary>
    public bool DisguisesWrongPrefix { get; init; }

    /// <summary>The member that carries reasoning: <c>reasoning_content</c>, <c>reasoning</c>; null for none.</summary>
    public string? ReasoningField { get; init; }

    /// <summary>Reasoning comes inside the text, between <c>&lt;think&gt;</c> tags.</summary>
    public bool ThinksInText { get; init; }

    /// <summary>Reasons only when <c>reasoning_effort</c> is <c>high</c>; otherwise always, if it reasons at all.</summary>
    public bool ReasonsOnlyAtHigh { get; init; }

    public StandInMarkup Markup { get; init; } = StandInMarkup.Hermes;

    /// <summary>A named <c>tool_choice</c> is ignored, and answered in text, when the tool's schema nests objects or arrays.</summary>
    public bool IgnoresNamedChoice { get; init; }

    /// <summary>Members of the request that are refused with <c>unsupported_parameter</c>.</summary>
    public ImmutableHashSet<string> Refuses { get; init; } = ["seed"];

    public ImmutableHashSet<string> Tiers { get; init; } = ["default", "priority", "flex"];

    /// <summary>Where it is offered; empty means everywhere.</summary>
    public ImmutableHashSet<string> Regions { get; init; } = [];

    /// <summary>Tokens of an answer when the request does not say.</summary>
    public int MaxOutput { get; init; } = 8192;

    /// <summary>The three target models, and one for each other way a model can differ.</summary>
    public static IReadOnlyList<StandInModel> All { get; } =
    [
        new("deepseek.v3.2") { ReasoningField = "reasoning_content", ReasonsOnlyAtHigh = true, Markup = StandInMarkup.Dsml, IgnoresNamedChoice = true },
        new("minimax.minimax-m2.1") { ThinksInText = true, Markup = StandInMarkup.Minimax },
        new("qwen.qwen3-coder-next") { Markup = StandInMarkup.QwenXml, Tiers = ["default"], MaxOutput = 16384 },
        new("openai.gpt-oss-120b") { RuntimeId = "openai.gpt-oss-120b-1:0", ReasoningField = "reasoning" },
        new("google.gemma-4-31b") { MantlePrefix = "/openai/v1", DisguisesWrongPrefix = true, Refuses = ["seed", "max_tokens"] },
    ];
}
