using Causeway.Spec.Profiles;

namespace Causeway.Gateway.Probe.Checks;

/// <summary>Roles, lengths, choices, sampling.</summary>
internal static class ChatChecks
{
    private const string Developer = """
        "messages":[{"role":"developer","content":"Whatever you are asked, answer with the one word PINEAPPLE."},{"role":"user","content":"Hello"}],"max_tokens":32,"temperature":0
        """;

    private const string Counting = "Count from one to fifty in words.";

    public static IReadOnlyList<ProbeCheck> All { get; } =
    [
        ProbeCheck.Of(Feature.RoleDeveloper, Developer, static answer => answer.Content.Contains("PINEAPPLE", StringComparison.OrdinalIgnoreCase)
            ? Finding.Native("the developer message was obeyed") : Finding.Unknown("accepted, and not visibly obeyed")),
        ProbeCheck.Of(Feature.MaxTokens, ProbeCheck.Ask(Counting, 4), Short),
        ProbeCheck.Of(Feature.MaxCompletionTokens, ProbeCheck.Ask(Counting, 4).Replace("max_tokens", "max_completion_tokens", StringComparison.Ordinal), Short),
        ProbeCheck.Of(Feature.N, ProbeCheck.Ask("Say hello.", 8, "\"n\":2"), static answer => Finding.Seen(answer.Choices == 2, $"asked for 2 choices, got {answer.Choices}")),
        ProbeCheck.Of(Feature.Stop, ProbeCheck.Ask("Repeat exactly this: alpha bravo charlie delta", 32, "\"stop\":[\"charlie\"]"), Stopped),
        ProbeCheck.Of(Feature.Logprobs, ProbeCheck.Ask("Say hello.", 8, "\"logprobs\":true"), static answer => Logprobs(answer, 0)),
        ProbeCheck.Of(Feature.TopLogprobs, ProbeCheck.Ask("Say hello.", 8, "\"logprobs\":true,\"top_logprobs\":2"), static answer => Logprobs(answer, 2)),
        ProbeCheck.Accepted(Feature.Temperature, "\"temperature\":0.5", "\"temperature\":\"hot\"") with { Members = Sampled("\"temperature\":0.5"), Wrong = Sampled("\"temperature\":\"hot\"") },
        ProbeCheck.Accepted(Feature.TopP, "\"top_p\":0.9", "\"top_p\":\"most\""),
        ProbeCheck.Accepted(Feature.Seed, "\"seed\":7", "\"seed\":\"seven\""),
        ProbeCheck.Accepted(Feature.FrequencyPenalty, "\"frequency_penalty\":0.5", "\"frequency_penalty\":99"),
        ProbeCheck.Accepted(Feature.PresencePenalty, "\"presence_penalty\":0.5", "\"presence_penalty\":99"),
        ProbeCheck.Accepted(Feature.LogitBias, "\"logit_bias\":{\"100\":1}", "\"logit_bias\":\"none\""),
        ProbeCheck.Accepted(Feature.ReasoningEffort, "\"reasoning_effort\":\"low\"", "\"reasoning_effort\":\"causeway-probe\""),
        ProbeCheck.Accepted(Feature.ServiceTier, "\"service_tier\":\"default\"", "\"service_tier\":7"),
        ProbeCheck.Accepted(Feature.User, "\"user\":\"causeway-probe\"", "\"user\":{}"),
        ProbeCheck.Accepted(Feature.Metadata, "\"metadata\":{\"from\":\"causeway-probe\"}", "\"metadata\":\"none\""),
        ProbeCheck.Accepted(Feature.Store, "\"store\":false", "\"store\":\"no\""),
        ProbeCheck.Accepted(Feature.Verbosity, "\"verbosity\":\"low\"", "\"verbosity\":7"),
        ProbeCheck.Accepted(Feature.PromptCacheKey, "\"prompt_cache_key\":\"causeway-probe\"", "\"prompt_cache_key\":{}"),
        ProbeCheck.Accepted(Feature.SafetyIdentifier, "\"safety_identifier\":\"causeway-probe\"", "\"safety_identifier\":{}"),
        ProbeCheck.Accepted(Feature.Modalities, "\"modalities\":[\"text\"]", "\"modalities\":\"text\""),
        ProbeCheck.Of(Feature.OtherFields, ProbeCheck.Ask("Say hello.", 8, "\"causeway_probe\":1"), static _ => Finding.Native("an unknown member was accepted")),
    ];

    private static string Sampled(string member) => $$"""
        "messages":[{"role":"user","content":"Say hello."}],"max_tokens":16,{{member}}
        """;

    private static Finding Short(ProbeAnswer answer)
    {
        var isShort = answer.FinishReason == "length" || answer.CompletionTokens is <= 4;
        return Finding.Seen(isShort, $"asked for 4 tokens: finish_reason {answer.FinishReason}, {answer.CompletionTokens?.ToString() ?? "no"} tokens counted, {answer.Content.Length} characters");
    }

    private static Finding Stopped(ProbeAnswer answer)
    {
        if (answer.Content.Contains("charlie", StringComparison.OrdinalIgnoreCase)) return Finding.Absent("the stop sequence is in the answer");
        return answer.Content.Contains("bravo", StringComparison.OrdinalIgnoreCase)
            ? Finding.Native("the answer ends before the stop sequence")
            : Finding.Unknown("the model did not get as far as the stop sequence");
    }

    private static Finding Logprobs(ProbeAnswer answer, int top)
    {
        var choices = ProbeAnswer.Member(answer.Body, "choices");
        var tokens = answer.Choices == 0 ? default : ProbeAnswer.Member(ProbeAnswer.Member(choices[0], "logprobs"), "content");
        if (tokens.ValueKind != System.Text.Json.JsonValueKind.Array || tokens.GetArrayLength() == 0) return Finding.Absent("the answer has no logprobs");
        var alternatives = ProbeAnswer.Member(tokens[0], "top_logprobs");
        var count = alternatives.ValueKind == System.Text.Json.JsonValueKind.Array ? alternatives.GetArrayLength() : 0;
        return Finding.Seen(count >= top, $"logprobs of {tokens.GetArrayLength()} tokens, {count} alternatives at the first");
    }
}
