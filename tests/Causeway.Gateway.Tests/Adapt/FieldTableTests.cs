using System.Text.Json;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;

namespace Causeway.Gateway.Tests.Adapt;

/// <summary>Every field, by what the profile knows of it and by mode.</summary>
public sealed class FieldTableTests
{
    private const string Tool = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true}}]";

    // Members that use the feature, and what the receipt says of them where the upstream lacks it and a lenient policy goes on.
    internal static readonly Dictionary<Feature, (string Members, string? Receipt)> Uses = new()
    {
        [Feature.RoleDeveloper] = ("\"messages\":[{\"role\":\"developer\",\"content\":\"x\"}]", "role.developer=mapped(system)"),
        [Feature.Tools] = (Tool, null),
        [Feature.ToolsParallel] = (Tool, "parallel_tool_calls=mapped(false)"),
        [Feature.ToolsParallelOff] = (Tool + ",\"parallel_tool_calls\":false", "parallel_tool_calls=emulated"),
        [Feature.ToolsStrict] = (Tool, "tools.strict=dropped"),
        [Feature.ToolsCustom] = ("\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}]", null),
        [Feature.ToolChoiceNone] = (Tool + ",\"tool_choice\":\"none\"", "tool_choice=emulated"),
        [Feature.ToolChoiceRequired] = (Tool + ",\"tool_choice\":\"required\"", "tool_choice=emulated"),
        [Feature.ToolChoiceNamed] = (Tool + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}", "tool_choice=emulated"),
        [Feature.ToolChoiceAllowedTools] = (Tool + ",\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}}", "tool_choice=emulated"),
        [Feature.Functions] = ("\"functions\":[{\"name\":\"f\"}]", "functions=mapped(tools)"),
        [Feature.Stream] = ("\"stream\":true", "stream=emulated"),
        [Feature.StreamUsage] = ("\"stream\":true,\"stream_options\":{\"include_usage\":true}", "stream_options=emulated"),
        [Feature.JsonObject] = ("\"response_format\":{\"type\":\"json_object\"}", "response_format=emulated"),
        [Feature.JsonSchema] = ("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":{\"type\":\"object\"}}}", "response_format=emulated"),
        [Feature.N] = ("\"n\":3", "n=emulated"),
        [Feature.Stop] = ("\"stop\":[\"\\n\",\"END\"]", "stop=emulated"),
        [Feature.Logprobs] = ("\"logprobs\":true", "logprobs=dropped"),
        [Feature.TopLogprobs] = ("\"logprobs\":true,\"top_logprobs\":2", "top_logprobs=dropped"),
        [Feature.Seed] = ("\"seed\":7", "seed=dropped"),
        [Feature.FrequencyPenalty] = ("\"frequency_penalty\":0.5", "frequency_penalty=dropped"),
        [Feature.PresencePenalty] = ("\"presence_penalty\":-1", "presence_penalty=dropped"),
        [Feature.LogitBias] = ("\"logit_bias\":{\"1\":2}", "logit_bias=dropped"),
        [Feature.MaxTokens] = ("\"max_tokens\":5", "max_tokens=mapped(max_completion_tokens)"),
        [Feature.MaxCompletionTokens] = ("\"max_completion_tokens\":5", "max_completion_tokens=mapped(max_tokens)"),
        [Feature.Temperature] = ("\"temperature\":0.2", "temperature=dropped"),
        [Feature.TopP] = ("\"top_p\":0.2", "top_p=dropped"),
        [Feature.ReasoningEffort] = ("\"reasoning_effort\":\"low\"", "reasoning_effort=dropped"),
        [Feature.ReasoningContent] = ("\"messages\":[{\"role\":\"assistant\",\"reasoning_content\":\"r\",\"content\":\"x\"}]", "reasoning.content=dropped"),
        [Feature.Verbosity] = ("\"verbosity\":\"low\"", "verbosity=dropped"),
        [Feature.Prediction] = ("\"prediction\":{\"type\":\"content\",\"content\":\"x\"}", "prediction=dropped"),
        [Feature.Modalities] = ("\"modalities\":[\"text\",\"audio\"]", null),
        [Feature.Audio] = ("\"audio\":{\"voice\":\"a\",\"format\":\"wav\"}", null),
        [Feature.AudioInput] = ("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{}}]}]", null),
        [Feature.Images] = ("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}]", null),
        [Feature.Files] = ("\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{}}]}]", null),
        [Feature.WebSearchOptions] = ("\"web_search_options\":{}", null),
        [Feature.User] = ("\"user\":\"u\"", "user=dropped"),
        [Feature.Metadata] = ("\"metadata\":{\"a\":\"b\"}", "metadata=dropped"),
        [Feature.Store] = ("\"store\":true", "store=dropped"),
        [Feature.ServiceTier] = ("\"service_tier\":\"flex\"", "service_tier=dropped"),
        [Feature.ServiceTierAuto] = ("\"service_tier\":\"auto\"", "service_tier=omitted"),
        [Feature.PromptCacheKey] = ("\"prompt_cache_key\":\"k\"", "prompt_cache_key=dropped"),
        [Feature.PromptCacheRetention] = ("\"prompt_cache_retention\":\"24h\"", "prompt_cache_retention=dropped"),
        [Feature.PromptCacheOptions] = ("\"prompt_cache_options\":{\"a\":1}", "prompt_cache_options=dropped"),
        [Feature.SafetyIdentifier] = ("\"safety_identifier\":\"k\"", "safety_identifier=dropped"),
        [Feature.Moderation] = ("\"moderation\":{\"a\":1}", null),
        [Feature.OtherFields] = ("\"top_k\":5", "top_k=dropped"),
    };

    public static TheoryData<Feature, Support, ParamsMode> Cases
    {
        get
        {
            var cases = new TheoryData<Feature, Support, ParamsMode>();
            foreach (var feature in Features.All)
                foreach (var support in Enum.GetValues<Support>())
                    foreach (var mode in Enum.GetValues<ParamsMode>()) cases.Add(feature, support, mode);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_field_is_passed_mapped_emulated_dropped_or_refused(Feature feature, Support support, ParamsMode mode)
    {
        var (members, told) = Uses[feature];
        var body = $$"""{"model":"m",{{members}}}""";

        var adapted = Adapted.Of(body, Adapted.Plan(support, mode, feature));

        var isGuess = feature is Feature.ToolsParallel or Feature.ReasoningContent;
        var remedy = feature == Feature.OtherFields ? Remedy.Drop : FieldRules.Of(feature).Remedy;
        if (support == Support.Native || (support == Support.Unknown && (mode == ParamsMode.Lenient || isGuess)))
        {
            Assert.Null(adapted.Refusal);
            Assert.Null(adapted.Receipt);
            Assert.Null(adapted.Edits);
            // The gateway's own wish for usage is not part of the policy.
            if (feature != Feature.Stream) Assert.Equal(body, adapted.Sent);
        }
        else if (remedy == Remedy.Refuse || (remedy == Remedy.Drop && mode == ParamsMode.Strict))
        {
            Assert.Equal((400, "unsupported_parameter"), (adapted.Refusal?.Status, adapted.Refusal?.Code));
            Assert.Contains("route 'r'", adapted.Refusal!.Message, StringComparison.Ordinal);
            Assert.EndsWith("=refused", adapted.Receipt, StringComparison.Ordinal);
        }
        else
        {
            Assert.Null(adapted.Refusal);
            Assert.Equal(told, adapted.Receipt);
            Assert.NotEqual(body, adapted.Sent);
            JsonDocument.Parse(adapted.Sent).Dispose();
        }
    }

    [Theory]
    [InlineData(Feature.N, "\"n\":1", "n=omitted")]
    [InlineData(Feature.Seed, "\"seed\":null", "seed=omitted")]
    [InlineData(Feature.Logprobs, "\"logprobs\":false", "logprobs=omitted")]
    [InlineData(Feature.Temperature, "\"temperature\":1.0", "temperature=omitted")]
    [InlineData(Feature.PresencePenalty, "\"presence_penalty\":-0.0", "presence_penalty=omitted")]
    [InlineData(Feature.Modalities, "\"modalities\":[ \"text\" ]", "modalities=omitted")]
    [InlineData(Feature.LogitBias, "\"logit_bias\":{ }", "logit_bias=omitted")]
    [InlineData(Feature.Tools, "\"tools\":[]", "tools=omitted")]
    [InlineData(Feature.Store, "\"store\":false", "store=omitted")]
    public void A_value_that_means_its_absence_is_left_out_even_when_strict(Feature feature, string member, string told)
    {
        var adapted = Adapted.Of($$"""{"model":"m",{{member}}}""", Adapted.Plan(Support.Absent, ParamsMode.Strict, feature));
        Assert.Null(adapted.Refusal);
        Assert.Equal(("""{"model":"m"}""", told), (adapted.Sent, adapted.Receipt));
    }

    [Theory]
    [InlineData(FieldAction.Pass, Support.Absent, "{\"model\":\"m\",\"seed\":7}", null)]
    [InlineData(FieldAction.Drop, Support.Native, "{\"model\":\"m\"}", "seed=dropped")]
    [InlineData(FieldAction.Refuse, Support.Native, "", "seed=refused")]
    public void An_operators_word_beats_profile_and_mode(FieldAction action, Support support, string sent, string? told)
    {
        foreach (var mode in Enum.GetValues<ParamsMode>())
        {
            var plan = new AdaptPlan(Adapted.Profile([(Feature.Seed, support)]), new ParamsPlan(mode, ParamsPlan.Lenient.Fields.Add("seed", action)), default);
            var adapted = Adapted.Of("""{"model":"m","seed":7}""", plan);
            Assert.Equal((sent, told), (adapted.Sent, adapted.Receipt));
            Assert.Equal(action == FieldAction.Refuse, adapted.Refusal is not null);
        }
    }
}
