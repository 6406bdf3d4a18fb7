using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Ledger;

namespace Causeway.Logging;

/// <summary>One JSON object a line: for programs.</summary>
internal sealed class JsonLines(TextWriter output) : IExchangeWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public void Write(Exchange e)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer))
        {
            json.WriteStartObject();
            WriteIdentity(json, e);
            WriteEnd(json, e);
            WriteUsage(json, e);
            WriteTimes(json, e);
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(_buffer.WrittenSpan));
    }

    public void End(int count)
    {
    }

    private static void WriteIdentity(Utf8JsonWriter json, Exchange e)
    {
        json.WriteString("id", e.Id);
        json.WriteString("started_at", DateTimeOffset.UnixEpoch.AddMicroseconds(e.StartedAt));
        json.WriteString("plan", e.PlanHash);
        json.WriteString("key", e.Key);
        json.WriteString("route", e.Route);
        json.WriteString("route_reason", e.RouteReason);
        json.WriteString("requested_model", e.RequestedModel);
        json.WriteString("served_model", e.ServedModel);
        json.WriteString("upstream", e.Upstream);
        json.WriteBoolean("stream", e.Stream);
    }

    private static void WriteEnd(Utf8JsonWriter json, Exchange e)
    {
        json.WriteNumber("status", e.Status);
        json.WriteString("outcome", e.Outcome.ToString());
        json.WriteString("error_code", e.ErrorCode);
        json.WriteString("attempts", e.Attempts);
        json.WriteString("upstream_said", e.UpstreamSaid);
        json.WriteString("finish_reason", e.FinishReason);
        json.WriteString("params", e.Params);
        json.WriteString("operation", e.Operation ?? "chat");
    }

    private static void WriteUsage(Utf8JsonWriter json, Exchange e)
    {
        json.WriteStartObject("usage");
        json.WriteString("source", e.UsageSource.ToString());
        json.WriteNumber("prompt_tokens", e.Usage.Prompt);
        json.WriteNumber("completion_tokens", e.Usage.Completion);
        json.WriteNumber("cached_tokens", e.Usage.Cached);
        json.WriteNumber("reasoning_tokens", e.Usage.Reasoning);
        json.WriteEndObject();
        json.WriteString("price_table", e.PriceHash);
        WriteNumber(json, "cost_nanos", e.CostNanos);
    }

    private static void WriteTimes(Utf8JsonWriter json, Exchange e)
    {
        WriteNumber(json, "first_byte_us", e.FirstByteMicros);
        json.WriteNumber("duration_us", e.DurationMicros);
        json.WriteNumber("overhead_us", e.OverheadMicros);
        json.WriteNumber("request_bytes", e.RequestBytes);
        json.WriteNumber("response_bytes", e.ResponseBytes);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
