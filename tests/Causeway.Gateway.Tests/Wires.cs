namespace Causeway.Gateway.Tests;

/// <summary>Answers as OpenAI-compatible servers write them.</summary>
internal static class Wires
{
    public const string Completion =
        """{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi there"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11,"prompt_tokens_details":{"cached_tokens":4}}}""";

    public const string Done = "data: [DONE]\n\n";

    public static string Delta(string content, string finish = "null", string more = "") =>
        $$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{"content":"{{content}}"},"finish_reason":{{finish}}}]{{more}}}""" + "\n\n";

    public static readonly string Finish =
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n";

    public static readonly string Usage =
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}""" + "\n\n";

    public static readonly string Stream = Delta("Hi") + Delta(" there") + Finish + Usage + Done;

    public static readonly string StreamWithoutUsage = Delta("Hi") + Delta(" there") + Finish + Done;
}
