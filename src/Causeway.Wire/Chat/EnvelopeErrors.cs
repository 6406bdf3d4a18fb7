using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>What is said to a caller whose request body cannot be used, in OpenAI's manner.</summary>
internal static class EnvelopeErrors
{
    private const string NotParsed = "We could not parse the JSON body of your request";

    public static WireError NotUtf8(ReadOnlySpan<byte> body)
    {
        var valid = 0;
        while (Rune.DecodeFromUtf8(body[valid..], out _, out var length) == System.Buffers.OperationStatus.Done) valid += length;
        return ErrorCodes.InvalidJson.Error(Text($"{NotParsed}: byte {valid} is not valid UTF-8."));
    }

    // Only the position is taken from the exception: its text quotes the body.
    public static WireError NotJson(JsonException e) =>
        ErrorCodes.InvalidJson.Error(Text(
            $"{NotParsed}: the fault is at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} of the line."));

    public static WireError NotAnObject(JsonTokenType found) =>
        ErrorCodes.InvalidJson.Error($"{NotParsed}: expected an object, but got {Name(found)} instead.");

    public static WireError TooDeep() =>
        ErrorCodes.JsonTooDeep.Error(Text($"{NotParsed}: it is nested more than {WireJson.MaxDepth} deep."));

    public static WireError Duplicate(ReadOnlySpan<byte> body, int nameOffset)
    {
        var path = JsonPath.At(body, nameOffset);
        return ErrorCodes.DuplicateMember.Error($"Duplicate member: '{path}' is given more than once.", path);
    }

    public static WireError NoModel() => ErrorCodes.MissingRequiredParameter.Error("you must provide a model parameter", "model");

    public static WireError ModelNotText(string? model) => ErrorCodes.InvalidType.Error(
        model is null
            ? "Invalid type for 'model': the string is not valid Unicode."
            : "Invalid type for 'model': expected a model name, but got an empty string instead.",
        "model");

    public static WireError ModelTooLong() => ErrorCodes.StringAboveMaxLength.Error(
        Text($"Invalid 'model': string too long. Expected a string with maximum length {ChatEnvelope.MaxModelLength}."), "model");

    public static WireError WrongType(string param, string expected, JsonTokenType found) =>
        ErrorCodes.InvalidType.Error($"Invalid type for '{param}': expected {expected}, but got {Name(found)} instead.", param);

    private static string Name(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
