using System.Globalization;
using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

/// <summary>The members that are numbers, switches and small texts, and their combinations.</summary>
internal static class SamplingRules
{
    private const int MostStops = 4;

    public static WireError? Check(JsonElement root) =>
        Numbers(root) ?? Switches(root) ?? Strings(root) ?? Objects(root) ?? LogitBias(root) ?? Stop(root) ?? Combinations(root);

    /// <summary>Of a text completion, whose <c>logprobs</c> is a number that the rehearsal does not play.</summary>
    public static WireError? CheckText(JsonElement root) =>
        TryGet(root, "logprobs", out var logprobs) ? Refusals.Type("logprobs", "none, because the rehearsal plays none to a text completion", logprobs)
        : Numbers(root) ?? Switch(root, "stream") ?? Switch(root, "echo") ?? String(root, "user") ?? Object(root, "stream_options")
            ?? Object(root, "logit_bias") ?? LogitBias(root) ?? Stop(root) ?? Combinations(root);

    private static WireError? Numbers(JsonElement root) =>
        Decimal(root, "temperature", 0, 2) ?? Decimal(root, "top_p", 0, 1)
        ?? Decimal(root, "presence_penalty", -2, 2) ?? Decimal(root, "frequency_penalty", -2, 2)
        ?? Integer(root, "n", 1, 128) ?? Integer(root, "top_logprobs", 0, 20) ?? Integer(root, "seed", long.MinValue, long.MaxValue)
        ?? Integer(root, "max_tokens", 1, int.MaxValue) ?? Integer(root, "max_completion_tokens", 1, int.MaxValue);

    private static WireError? Switches(JsonElement root) =>
        Switch(root, "stream") ?? Switch(root, "logprobs") ?? Switch(root, "store") ?? Switch(root, "parallel_tool_calls");

    private static WireError? Strings(JsonElement root) =>
        String(root, "user") ?? String(root, "reasoning_effort") ?? String(root, "service_tier") ?? String(root, "verbosity");

    private static WireError? Objects(JsonElement root) =>
        Object(root, "metadata") ?? Object(root, "stream_options") ?? Object(root, "logit_bias") ?? Object(root, "response_format")
        ?? Object(root, "prediction");

    private static WireError? Decimal(JsonElement root, string name, double minimum, double maximum)
    {
        if (!TryGet(root, name, out var value)) return null;
        if (value.ValueKind is not JsonValueKind.Number) return Refusals.Type(name, "a decimal", value);
        var number = value.GetDouble();
        if (number < minimum) return Refusals.BelowMinimum(name, "decimal", minimum.ToString(CultureInfo.InvariantCulture), value);
        return number > maximum
            ? Refusals.AboveMaximum(name, "decimal", maximum.ToString(CultureInfo.InvariantCulture), value)
            : null;
    }

    private static WireError? Integer(JsonElement root, string name, long minimum, long maximum)
    {
        if (!TryGet(root, name, out var value)) return null;
        if (value.ValueKind is not JsonValueKind.Number || !IsIntegral(value)) return Refusals.Type(name, "an integer", value);
        var negative = value.GetRawText().StartsWith('-');
        if (!value.TryGetInt64(out var number)) number = negative ? long.MinValue : long.MaxValue;
        if (number < minimum) return Refusals.BelowMinimum(name, "integer", minimum.ToString(CultureInfo.InvariantCulture), value);
        return number > maximum
            ? Refusals.AboveMaximum(name, "integer", maximum.ToString(CultureInfo.InvariantCulture), value)
            : null;
    }

    private static bool IsIntegral(JsonElement number) => number.GetRawText().AsSpan().IndexOfAny(".eE") < 0;

    private static WireError? Switch(JsonElement root, string name) =>
        TryGet(root, name, out var value) && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
            ? Refusals.Type(name, "a boolean", value)
            : null;

    private static WireError? String(JsonElement root, string name) =>
        TryGet(root, name, out var value) && value.ValueKind is not JsonValueKind.String
            ? Refusals.Type(name, "a string", value)
            : null;

    private static WireError? Object(JsonElement root, string name) =>
        TryGet(root, name, out var value) && value.ValueKind is not JsonValueKind.Object
            ? Refusals.Type(name, "an object", value)
            : null;

    private static WireError? LogitBias(JsonElement root)
    {
        if (!root.Has("logit_bias"u8, out var bias)) return null;
        foreach (var member in bias.EnumerateObject())
        {
            var param = $"logit_bias.{Refusals.Quote(member.Name)}";
            if (member.Value.ValueKind is not JsonValueKind.Number) return Refusals.Type(param, "a decimal", member.Value);
            if (member.Value.GetDouble() is < -100) return Refusals.BelowMinimum(param, "decimal", "-100", member.Value);
            if (member.Value.GetDouble() is > 100) return Refusals.AboveMaximum(param, "decimal", "100", member.Value);
        }
        return null;
    }

    private static WireError? Stop(JsonElement root)
    {
        if (!root.Has("stop"u8, out var stop) || stop.ValueKind is JsonValueKind.String) return null;
        if (stop.ValueKind is not JsonValueKind.Array) return Refusals.Type("stop", "a string or an array of strings", stop);
        if (stop.GetArrayLength() > MostStops) return Refusals.LongArray("stop", MostStops, stop.GetArrayLength());
        var index = 0;
        foreach (var item in stop.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.String) return Refusals.Type($"stop[{index}]", "a string", item);
            index++;
        }
        return null;
    }

    private static WireError? Combinations(JsonElement root)
    {
        if (root.Has("max_tokens"u8, out _) && root.Has("max_completion_tokens"u8, out _))
            return Refusals.Invalid("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
                "max_tokens", "invalid_parameter_combination");
        if (root.Has("stream_options"u8, out var options) && !root.IsTrue("stream"u8))
            return Refusals.Invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
        if (options.ValueKind is JsonValueKind.Object && options.Has("include_usage"u8, out var usage)
            && usage.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return Refusals.Type("stream_options.include_usage", "a boolean", usage);
        return root.Has("top_logprobs"u8, out _) && !root.IsTrue("logprobs"u8)
            ? Refusals.Invalid("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs")
            : null;
    }

    private static bool TryGet(JsonElement root, string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind is not JsonValueKind.Null;
}
