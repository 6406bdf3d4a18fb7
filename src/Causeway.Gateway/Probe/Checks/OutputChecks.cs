using System.Text;
using Causeway.Spec.Profiles;
using Causeway.Wire.Schemas;

namespace Causeway.Gateway.Probe.Checks;

/// <summary>Structured output, streams, images.</summary>
internal static class OutputChecks
{
    private const string Schema = """{"type":"object","properties":{"colour":{"enum":["teal","ochre"]},"count":{"type":"integer","minimum":3,"maximum":5}},"required":["colour","count"],"additionalProperties":false}""";
    private const string AsObject = "\"response_format\":{\"type\":\"json_object\"}";
    private const string AsSchema = "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"probe\",\"strict\":true,\"schema\":" + Schema + "}}";
    private const string Pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    public static IReadOnlyList<ProbeCheck> All { get; } =
    [
        ProbeCheck.Of(Feature.JsonObject, ProbeCheck.Ask("Tell me about the sea, as JSON.", 200, AsObject), static answer =>
            Judge(answer, """{"type":"object"}""")),
        ProbeCheck.Of(Feature.JsonSchema, ProbeCheck.Ask("Write one sentence of plain text about the sea.", 200, AsSchema), static answer =>
            Judge(answer, Schema)),
        ProbeCheck.Of(Feature.Stream, ProbeCheck.Ask("Say hello.", 16, "\"stream\":true"), Streamed) with { Stream = true },
        ProbeCheck.Of(Feature.StreamUsage, ProbeCheck.Ask("Say hello.", 16, "\"stream\":true,\"stream_options\":{\"include_usage\":true}"), static answer =>
            Finding.Seen(answer.HasUsage, answer.HasUsage ? "the stream ends with its usage" : "no usage in the stream")) with { Stream = true },
        ProbeCheck.Of(Feature.Images, $$$"""
            "messages":[{"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"{{{Pixel}}}"}}]}],"max_tokens":16
            """, static _ => Finding.Unknown("an image was accepted; whether it was seen cannot be told")),
    ];

    private static Finding Judge(ProbeAnswer answer, string schema)
    {
        if (answer.FinishReason == "length") return Finding.Unknown("the answer was cut at its token limit");
        if (!JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schema), out var compiled, out var error)) return Finding.Unknown(error.ToString());
        var outcome = compiled.Validate(Encoding.UTF8.GetBytes(answer.Content));
        return Finding.Seen(outcome.IsValid, outcome.IsValid ? "the content fits" : outcome.Errors[0].ToString());
    }

    private static Finding Streamed(ProbeAnswer answer)
    {
        if (answer.MediaType != "text/event-stream") return Finding.Absent($"answered with {answer.MediaType ?? "no media type"}");
        return answer.IsDone && answer.Content.Length > 0
            ? Finding.Native($"{answer.Events.Count} events, then [DONE]")
            : Finding.Unknown($"{answer.Events.Count} events, {answer.Content.Length} characters of text, {(answer.IsDone ? "then [DONE]" : "no [DONE]")}");
    }
}
