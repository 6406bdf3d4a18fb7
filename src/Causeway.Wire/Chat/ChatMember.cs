using System.Collections.Immutable;
using System.Text;

namespace Causeway.Wire.Chat;

/// <summary>Every top-level member of OpenAI's chat completion request.</summary>
public enum ChatMember
{
    Model,
    Messages,
    Stream,
    StreamOptions,
    Tools,
    ToolChoice,
    ParallelToolCalls,
    Functions,
    FunctionCall,
    ResponseFormat,
    N,
    Stop,
    Logprobs,
    TopLogprobs,
    Seed,
    FrequencyPenalty,
    PresencePenalty,
    LogitBias,
    MaxTokens,
    MaxCompletionTokens,
    Temperature,
    TopP,
    ReasoningEffort,
    Verbosity,
    Prediction,
    Modalities,
    Audio,
    WebSearchOptions,
    User,
    Metadata,
    Store,
    ServiceTier,
    PromptCacheKey,
    PromptCacheRetention,
    PromptCacheOptions,
    SafetyIdentifier,
    Moderation,
}

/// <summary>The names of <see cref="ChatMember"/>s.</summary>
public static class ChatMembers
{
    private static readonly ImmutableArray<string> _names =
    [
        "model", "messages", "stream", "stream_options", "tools", "tool_choice", "parallel_tool_calls", "functions", "function_call",
        "response_format", "n", "stop", "logprobs", "top_logprobs", "seed", "frequency_penalty", "presence_penalty", "logit_bias",
        "max_tokens", "max_completion_tokens", "temperature", "top_p", "reasoning_effort", "verbosity", "prediction", "modalities", "audio",
        "web_search_options", "user", "metadata", "store", "service_tier", "prompt_cache_key", "prompt_cache_retention",
        "prompt_cache_options", "safety_identifier", "moderation",
    ];

    // By length: most names of a request are told apart by it, and at most six comparisons are left.
    private static readonly (byte[] Name, ChatMember Member)[][] _byLength = Group();

    public static ImmutableArray<string> Names => _names;

    public static int Count => _names.Length;

    public static string NameOf(ChatMember member) => _names[(int)member];

    /// <param name="name">Without quotes and escapes.</param>
    public static bool TryFind(ReadOnlySpan<byte> name, out ChatMember member)
    {
        member = default;
        if (name.Length >= _byLength.Length) return false;
        foreach (var (known, found) in _byLength[name.Length])
        {
            if (!name.SequenceEqual(known)) continue;
            member = found;
            return true;
        }
        return false;
    }

    private static (byte[], ChatMember)[][] Group()
    {
        var pairs = _names.Select((name, index) => (Name: Encoding.UTF8.GetBytes(name), Member: (ChatMember)index)).ToList();
        return [.. Enumerable.Range(0, pairs.Max(pair => pair.Name.Length) + 1).Select(length => pairs.Where(pair => pair.Name.Length == length).ToArray())];
    }
}
