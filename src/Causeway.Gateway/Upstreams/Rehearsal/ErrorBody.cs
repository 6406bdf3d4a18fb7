using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>Answers that are not completions.</summary>
internal static class ErrorBody
{
    public static readonly WireError RateLimited = new(429, "requests", "rate_limit_exceeded",
        "Rate limit reached for the rehearsal on requests per min (RPM). Please try again in 1s.", null) { RetryAfterSeconds = 1 };

    public static readonly WireError ServerFailed = new(500, "server_error", null,
        "The server had an error while processing your request. Sorry about that!", null);

    public static RehearsalReply Reply(WireError error, TimeProvider time)
    {
        var buffer = new RenderBuffer();
        using (var json = new Utf8JsonWriter(buffer, AnswerJson.Options))
            Write(json, error);
        var body = new RehearsalBody(buffer, time, BodyEnding.Complete);
        return error.RetryAfterSeconds is { } seconds
            ? new RehearsalReply(error.Status, RehearsalReply.Json, body, new KeyValuePair<string, string>("retry-after", $"{seconds}"))
            : new RehearsalReply(error.Status, RehearsalReply.Json, body);
    }

    public static RehearsalReply Html(TimeProvider time)
    {
        var buffer = new RenderBuffer();
        buffer.Write("<!DOCTYPE html><html><head><title>Rehearsal</title></head><body><h1>Not an API</h1></body></html>\n"u8);
        return new RehearsalReply(200, "text/html", new RehearsalBody(buffer, time, BodyEnding.Complete));
    }

    private static void Write(Utf8JsonWriter json, WireError error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, error.Message);
        json.WriteString("type"u8, error.Type);
        json.WriteString("param"u8, error.Param);
        json.WriteString("code"u8, error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
