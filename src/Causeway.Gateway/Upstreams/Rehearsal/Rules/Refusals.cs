using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

/// <summary>
/// OpenAI's refusals in OpenAI's words: clients match on <c>code</c> and <c>param</c>, and people search for the messages.
/// They imitate the API that is rehearsed, so they are not part of the gateway's own error table.
/// </summary>
internal static class Refusals
{
    private const int LongestQuote = 64;

    public static WireError Invalid(string message, string? param = null, string? code = null) =>
        new(400, "invalid_request_error", code, message, param);

    public static WireError Unparsable() => Invalid(
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library " +
        "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)");

    public static WireError Missing(string param) =>
        Invalid($"Missing required parameter: '{param}'.", param, "missing_required_parameter");

    /// <param name="expected">With its article: <c>a string</c>.</param>
    public static WireError Type(string param, string expected, JsonElement got) =>
        Invalid($"Invalid type for '{param}': expected {expected}, but got {Name(got)} instead.", param, "invalid_type");

    /// <param name="supported">Quoted and joined: <c>'a', 'b', and 'c'</c>.</param>
    public static WireError Value(string param, JsonElement got, string supported) =>
        Invalid($"Invalid value: '{Quote(got.GetString())}'. Supported values are: {supported}.", param, "invalid_value");

    public static WireError EmptyArray(string param) => Invalid(
        $"Invalid '{param}': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        param, "empty_array");

    public static WireError LongArray(string param, int limit, int got) => Invalid(
        $"Invalid '{param}': array too long. Expected an array with maximum length {limit}, but got an array with length {got} instead.",
        param, "array_above_max_length");

    /// <param name="kind"><c>integer</c> or <c>decimal</c>.</param>
    public static WireError AboveMaximum(string param, string kind, string limit, JsonElement got) => Invalid(
        $"Invalid '{param}': {kind} above maximum value. Expected a value <= {limit}, but got {Quote(got.GetRawText())} instead.",
        param, $"{kind}_above_max_value");

    public static WireError BelowMinimum(string param, string kind, string limit, JsonElement got) => Invalid(
        $"Invalid '{param}': {kind} below minimum value. Expected a value >= {limit}, but got {Quote(got.GetRawText())} instead.",
        param, $"{kind}_below_min_value");

    /// <summary>For messages: what the caller sent, but not 32 MiB of it.</summary>
    public static string Quote(string? text) =>
        text is null ? "" : text.Length <= LongestQuote ? text : string.Concat(text.AsSpan(0, LongestQuote), "...");

    private static string Name(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => element.TryGetInt64(out _) ? "an integer" : "a decimal number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
