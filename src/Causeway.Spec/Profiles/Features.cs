using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Causeway.Spec.Profiles;

/// <summary>The spelling of every <see cref="Feature"/>.</summary>
public static class Features
{
    private static readonly ImmutableArray<string> _ids =
    [
        "role.developer", "tools", "tools.parallel", "tools.parallel.off", "tools.strict", "tools.custom",
        "tool_choice.none", "tool_choice.required", "tool_choice.named", "tool_choice.allowed_tools", "functions",
        "stream", "stream.usage", "json_object", "json_schema", "n", "stop", "logprobs", "top_logprobs", "seed",
        "frequency_penalty", "presence_penalty", "logit_bias", "max_tokens", "max_completion_tokens", "temperature", "top_p",
        "reasoning_effort", "reasoning.content", "verbosity", "prediction", "modalities", "audio", "audio.input", "images", "files",
        "web_search_options", "user", "metadata", "store", "service_tier", "service_tier.auto", "prompt_cache_key",
        "prompt_cache_retention", "prompt_cache_options",
        "safety_identifier", "moderation", "other_fields",
    ];

    private static readonly FrozenDictionary<string, Feature> _byId =
        _ids.Select((id, index) => (id, index)).ToFrozenDictionary(pair => pair.id, pair => (Feature)pair.index, StringComparer.Ordinal);

    /// <summary>Every spelling, in the order of the enum.</summary>
    public static ImmutableArray<string> Ids => _ids;

    /// <summary>Every feature, in the order of the enum.</summary>
    public static IEnumerable<Feature> All => Enumerable.Range(0, _ids.Length).Select(index => (Feature)index);

    public static string IdOf(Feature feature) => _ids[(int)feature];

    public static bool TryParse(string id, out Feature feature) => _byId.TryGetValue(id, out feature);
}
