using System.Runtime.InteropServices;
using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>Takes what the script needs out of a request that passed the rules.</summary>
internal static class RequestReader
{
    private const int BytesPerSchemaToken = 4;

    public static RehearsalRequest Read(JsonElement root, Script script)
    {
        var prompt = new PromptReader();
        prompt.Read(root.GetProperty("messages"u8));
        var (demand, offers) = OfferReader.Read(root);
        var seed = root.Has("seed"u8, out var given) ? (ulong)given.GetInt64() : 0;
        return new RehearsalRequest
        {
            Script = script,
            Seed = prompt.Hash ^ Chance.Child(seed, 0),
            PromptTokens = prompt.Tokens + SchemaTokens(root, "tools"u8) + SchemaTokens(root, "functions"u8),
            LastUserText = prompt.LastUserText,
            ToolResult = prompt.ToolResult,
            Stream = root.IsTrue("stream"u8),
            IncludeUsage = root.Has("stream_options"u8, out var options) && options.IsTrue("include_usage"u8),
            Choices = Integer(root, "n"u8) ?? 1,
            MaxTokens = Integer(root, "max_completion_tokens"u8) ?? Integer(root, "max_tokens"u8),
            Stops = Stops(root),
            Logprobs = root.IsTrue("logprobs"u8),
            TopLogprobs = Integer(root, "top_logprobs"u8) ?? 0,
            ServiceTierAsked = root.Has("service_tier"u8, out _),
            Demand = demand,
            Offers = offers,
            ParallelCalls = !root.Has("parallel_tool_calls"u8, out var parallel) || parallel.ValueKind is JsonValueKind.True,
            Format = Format(root, out var schema, out var strict),
            Schema = schema,
            StrictSchema = strict,
        };
    }

    private static AnswerFormat Format(JsonElement root, out JsonElement schema, out bool strict)
    {
        schema = default;
        strict = false;
        if (!root.Has("response_format"u8, out var format)) return AnswerFormat.Text;
        var type = format.GetProperty("type"u8);
        if (type.ValueEquals("json_object"u8)) return AnswerFormat.JsonObject;
        if (!type.ValueEquals("json_schema"u8)) return AnswerFormat.Text;
        var description = format.GetProperty("json_schema"u8);
        schema = description.GetProperty("schema"u8);
        strict = description.IsTrue("strict"u8);
        return AnswerFormat.JsonSchema;
    }

    private static int? Integer(JsonElement root, ReadOnlySpan<byte> name) =>
        root.Has(name, out var value) ? value.GetInt32() : null;

    private static int SchemaTokens(JsonElement root, ReadOnlySpan<byte> name) =>
        root.Has(name, out var value) ? JsonMarshal.GetRawUtf8Value(value).Length / BytesPerSchemaToken : 0;

    public static IReadOnlyList<string> Stops(JsonElement root)
    {
        if (!root.Has("stop"u8, out var stop)) return [];
        if (stop.ValueKind is JsonValueKind.String) return NotEmpty(stop.GetString());
        var stops = new List<string>();
        foreach (var item in stop.EnumerateArray())
            stops.AddRange(NotEmpty(item.GetString()));
        return stops;
    }

    private static string[] NotEmpty(string? stop) => string.IsNullOrEmpty(stop) ? [] : [stop];
}
