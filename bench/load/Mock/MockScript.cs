using System.Text;

namespace Causeway.Load.Mock;

/// <summary>Every answer of the mock, rendered once; one array element is one write.</summary>
internal sealed class MockScript
{
    private const string Id = "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT";
    private const string Model = "gpt-4o-2024-08-06";
    private const string Fingerprint = "fp_50cad350e4";
    private const int PromptTokens = 210;
    private static readonly string[] _words = [" the", " causeway", " carries", " every", " token", " across", " the", " tide", ","];

    /// <param name="tokens">Content events of a stream, and completion tokens everywhere.</param>
    /// <param name="pace">Time between the events of a stream.</param>
    /// <param name="bodyBytes">Size that a plain answer's body is padded to.</param>
    public MockScript(int tokens, TimeSpan pace, int bodyBytes)
    {
        Tokens = tokens;
        Pace = pace;
        BodyBytes = bodyBytes;
        Completion = [Answer("200 OK", RenderCompletion())];
        Stream = RenderStream(withUsage: false);
        StreamWithUsage = RenderStream(withUsage: true);
    }

    public int Tokens { get; }

    public TimeSpan Pace { get; }

    public int BodyBytes { get; }

    public long PaceNanoseconds => (long)Pace.TotalNanoseconds;

    public byte[][] Completion { get; }

    public byte[][] Stream { get; }

    public byte[][] StreamWithUsage { get; }

    /// <summary>A whole answer with a JSON body.</summary>
    public static byte[] Answer(string status, string json) => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    private string Usage =>
        $$$"""{"prompt_tokens":{{{PromptTokens}}},"completion_tokens":{{{Tokens}}},"total_tokens":{{{PromptTokens + Tokens}}},"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}""";

    private string RenderCompletion()
    {
        var bare = Completed("");
        var padding = Math.Max(0, BodyBytes - bare.Length);
        var text = new StringBuilder(padding + 16);
        for (var i = 0; text.Length < padding; i++)
            text.Append(_words[i % _words.Length]);
        return Completed(text.ToString(0, padding));
    }

    private string Completed(string content) =>
        $$"""{"id":"{{Id}}","object":"chat.completion","created":1741569952,"model":"{{Model}}","choices":[{"index":0,"message":{"role":"assistant","content":"{{content}}","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{{Usage}},"service_tier":"default","system_fingerprint":"{{Fingerprint}}"}""";

    private byte[][] RenderStream(bool withUsage)
    {
        var noUsage = withUsage ? ",\"usage\":null" : "";
        var events = new List<string>();
        for (var i = 0; i < Tokens; i++)
            events.Add(Chunk(Delta(i), noUsage));
        events.Add(Chunk("""{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}""", noUsage));
        if (withUsage)
            events.Add(Chunk("", $",\"usage\":{Usage}"));

        var writes = events.ConvertAll(json => Frame($"data: {json}\n\n"));
        writes[0] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n" + writes[0];
        writes.Add(Frame("data: [DONE]\n\n") + "0\r\n\r\n");
        return [.. writes.Select(Encoding.UTF8.GetBytes)];
    }

    private static string Delta(int index)
    {
        var role = index == 0 ? "\"role\":\"assistant\"," : "";
        var word = _words[index % _words.Length];
        return $$"""{"index":0,"delta":{{{role}}"content":"{{word}}"},"logprobs":null,"finish_reason":null}""";
    }

    private static string Chunk(string choice, string usage) =>
        $$"""{"id":"{{Id}}","object":"chat.completion.chunk","created":1741569952,"model":"{{Model}}","service_tier":"default","system_fingerprint":"{{Fingerprint}}","choices":[{{choice}}]{{usage}}}""";

    private static string Frame(string text) => $"{text.Length:x}\r\n{text}\r\n";
}
