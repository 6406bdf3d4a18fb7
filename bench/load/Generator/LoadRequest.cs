using System.Text;

namespace Causeway.Load.Generator;

/// <summary>The one request that a run repeats, as the bytes that go out.</summary>
internal static class LoadRequest
{
    private const string Filler = "Please summarise the following report about tides, bridges and the people who cross them. ";

    public static byte[] Render(LoadOptions options)
    {
        var body = Body(options);
        var head = new StringBuilder()
            .Append($"POST {options.Target.PathAndQuery} HTTP/1.1\r\nHost: {options.Target.Authority}\r\n")
            .Append("User-Agent: causeway-load\r\nAccept: application/json\r\nContent-Type: application/json\r\n");
        if (options.Key is { } key)
            head.Append($"Authorization: Bearer {key}\r\n");
        foreach (var header in options.Headers)
            head.Append($"{header}\r\n");
        head.Append($"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n").Append(body);
        return Encoding.UTF8.GetBytes(head.ToString());
    }

    private static string Body(LoadOptions options)
    {
        var bare = Body(options, "");
        var padding = Math.Max(0, options.BodyBytes - bare.Length);
        var text = new StringBuilder(padding + Filler.Length);
        while (text.Length < padding)
            text.Append(Filler);
        return Body(options, text.ToString(0, padding));
    }

    private static string Body(LoadOptions options, string content)
    {
        var usage = options.Usage ? ",\"stream_options\":{\"include_usage\":true}" : "";
        var stream = options.Stream ? $",\"stream\":true{usage}" : "";
        return $$"""{"model":"{{options.Model}}","messages":[{"role":"system","content":"You are a careful assistant."},{"role":"user","content":"{{content}}"}],"temperature":0.2,"max_tokens":64{{stream}}}""";
    }
}
