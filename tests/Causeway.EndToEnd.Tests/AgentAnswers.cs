using Causeway.Testing;

namespace Causeway.EndToEnd.Tests;

/// <summary>The agent's two answers as OpenAI writes them, and as vLLM does.</summary>
internal static class AgentAnswers
{
    private const string Arguments = "{\\\"city\\\":\\\"Paris\\\",\\\"days\\\":3}";

    public static async Task SendAsync(FakeExchange exchange, bool isVllm)
    {
        var knows = exchange.Body.Contains("\"role\":\"tool\"", StringComparison.Ordinal);
        if (!exchange.Body.Contains("\"stream\":true", StringComparison.Ordinal))
        {
            await exchange.AnswerAsync(200, "application/json", Whole(knows, isVllm));
            return;
        }
        await exchange.StartEventsAsync();
        foreach (var chunk in Chunks(knows, isVllm)) await exchange.ChunkAsync($"data: {chunk}\n\n");
        await exchange.ChunkAsync("data: [DONE]\n\n");
        await exchange.EndChunksAsync();
    }

    private static string Whole(bool knows, bool isVllm)
    {
        var call = "{\"id\":\"" + Id(isVllm) + "\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"arguments\":\"" + Arguments + "\"}}";
        var message = knows
            ? "{\"role\":\"assistant\",\"content\":\"It is sunny in Paris.\"" + (isVllm ? ",\"reasoning_content\":null,\"tool_calls\":[]}" : ",\"refusal\":null,\"annotations\":[]}")
            : """{"role":"assistant","content":"Let me look.","tool_calls":[""" + call + "]}";
        var more = isVllm ? ",\"stop_reason\":null" : "";
        return """{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":""" + message + ",\"logprobs\":null,\"finish_reason\":\""
            + (knows ? "stop" : "tool_calls") + "\"" + more + """}],"usage":{"prompt_tokens":9,"completion_tokens":9,"total_tokens":18}}""";
    }

    private static IEnumerable<string> Chunks(bool knows, bool isVllm)
    {
        yield return Chunk("""{"role":"assistant","content":""}""", "null", isVllm);
        foreach (var word in (knows ? "It is| sunny| in Paris." : "Let me| look.").Split('|')) yield return Chunk($$"""{"content":"{{word}}"}""", "null", isVllm);
        if (!knows)
        {
            var begin = isVllm ? "" : ",\"arguments\":\"\"";
            yield return Chunk("{\"tool_calls\":[{\"index\":0,\"id\":\"" + Id(isVllm) + "\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\"" + begin + "}}]}", "null", isVllm);
            yield return Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":\"Pa"}}]}""", "null", isVllm);
            yield return Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"ris\",\"days\":3}"}}]}""", "null", isVllm);
        }
        yield return Chunk("{}", knows ? "\"stop\"" : "\"tool_calls\"", isVllm);
    }

    private static string Chunk(string delta, string finish, bool isVllm) =>
        """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":""" + delta
        + ",\"logprobs\":null,\"finish_reason\":" + finish + (isVllm ? ",\"stop_reason\":null" : "") + "}]}";

    private static string Id(bool isVllm) => isVllm ? "chatcmpl-tool-1" : "call_1";
}
