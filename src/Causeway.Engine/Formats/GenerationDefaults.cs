using System.Collections.Immutable;
using System.Text.Json;

namespace Causeway.Engine.Formats;

/// <summary>How the makers of a model want it sampled (generation_config.json); null where they do not say. A GGUF file says only what ends an answer.</summary>
public sealed record GenerationDefaults
{
    /// <summary>Tokens that end the model's turn and are not part of the answer; at least one in a model that can chat.</summary>
    public required ImmutableArray<int> EndTokens { get; init; }

    /// <summary>False: always the most likely token.</summary>
    public bool? Sample { get; init; }

    public float? Temperature { get; init; }
    public float? TopP { get; init; }
    public int? TopK { get; init; }
    public float? MinP { get; init; }
    public float? RepetitionPenalty { get; init; }

    /// <param name="generation">generation_config.json; null when there is none. Its end tokens count rather than those of the configuration.</param>
    internal static GenerationDefaults Read(ConfigJson config, ConfigJson? generation, int vocabulary)
    {
        var ends = generation?.Numbers("eos_token_id") ?? [];
        if (ends.IsEmpty) ends = config.Numbers("eos_token_id");
        return new GenerationDefaults
        {
            EndTokens = [.. ends.Where(token => token < vocabulary).Distinct()],
            Sample = generation?.Has("do_sample") == true ? generation.Flag("do_sample", true) : null,
            Temperature = Number(generation, "temperature", 100),
            TopP = Number(generation, "top_p", 1),
            TopK = generation?.Numbers("top_k") is [var k, ..] ? k : null,
            MinP = Number(generation, "min_p", 1),
            RepetitionPenalty = Number(generation, "repetition_penalty", 100),
        };
    }

    // 0 and other values that sampling cannot use count as unsaid: these are defaults, and a request can always say it.
    private static float? Number(ConfigJson? json, string key, double most) =>
        json?.Is(key, JsonValueKind.Number) == true && json.Number(key) is var number && number > 0 && number <= most ? (float)number : null;
}
