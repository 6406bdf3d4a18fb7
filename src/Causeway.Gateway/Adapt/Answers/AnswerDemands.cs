using System.Text;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Schemas;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// What a whole answer must be, where the upstream does not guarantee it. An answer that was cut (<c>length</c>), filtered or refused is let
/// through as it is: the caller sees why, as with OpenAI itself. Immutable.
/// </summary>
internal sealed class AnswerDemands
{
    // More than a few faults at once do not help a model.
    private const int ShownFaults = 3;

    private readonly AnswerEdits _edits;
    private readonly JsonSchema? _schema;

    public AnswerDemands(AnswerEdits edits)
    {
        _edits = edits;
        if (edits.Json is not { Schema.IsEmpty: false } json || JsonSchema.TryCompile(json.Schema.Span, out _schema, out var wrong)) return;
        Refusal = new WireError(400, "invalid_request_error", null, $"The schema in 'response_format' cannot be used: {wrong.Message} (at {wrong.SchemaPath}).", "response_format");
    }

    /// <summary>Why the demand itself cannot be kept by any answer; null when it can.</summary>
    public WireError? Refusal { get; }

    /// <summary>How often the model may be asked again.</summary>
    public int MaxReasks => Math.Max(_edits.Json?.MaxReasks ?? 0, _edits.Tool?.MaxReasks ?? 0);

    /// <summary>
    /// Checks all choices; JSON that stands in a code fence is taken out of it. Returns null when all is well, else what the model shall be
    /// told, together with the choice that it is about.
    /// </summary>
    public (string Complaint, WholeChoice Choice)? Check(WholeAnswer answer)
    {
        foreach (var choice in answer.Choices)
            if (Check(answer, choice) is { } complaint) return (complaint, choice);
        return null;
    }

    private string? Check(WholeAnswer answer, WholeChoice choice)
    {
        var parts = choice.Chain.Out;
        var reason = PartJson.Joined(parts, PartKind.Finish, -1);
        if (!reason.AsSpan().SequenceEqual("stop"u8) && !reason.AsSpan().SequenceEqual("tool_calls"u8) && !reason.AsSpan().SequenceEqual("function_call"u8)) return null;
        if (answer.Has(choice, "\"refusal\""u8)) return null;
        if (_edits.Tool is { } tool && CheckTool(tool, parts) is { } complaint) return complaint;
        return _edits.Json is not null && !parts.HasCalls ? CheckJson(parts) : null;
    }

    private string? CheckTool(ToolDemand demand, AnswerParts parts)
    {
        if (demand.Name is not { } sent) return parts.HasCalls ? null : "You answered without calling a tool. Call one of the tools now.";
        var name = _edits.ToolNames is { } names && names.TryGetValue(sent, out var given) ? given : sent;
        for (var i = 0; i < parts.Count; i++)
            if (parts[i].Kind == PartKind.CallBegin && !parts[i].Data.SequenceEqual(Encoding.UTF8.GetBytes(name))) return $"You called another tool. Call the tool `{sent}`, and no other, now.";
        return parts.HasCalls ? null : $"You answered without calling a tool. Call the tool `{sent}` now.";
    }

    private string? CheckJson(AnswerParts parts)
    {
        var content = PartJson.Joined(parts, PartKind.Text, -1);
        var json = Unfenced(content);
        var fault = JsonFault(json);
        if (fault is null && json.Length != content.Length) parts.ReplaceText(json);
        return fault;
    }

    private string? JsonFault(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 128 });
        try
        {
            reader.Read();
            if (_schema is null && reader.TokenType != JsonTokenType.StartObject) return "Your answer is not a JSON object. Answer with one JSON object and nothing else.";
            reader.Skip();
            if (!reader.Read()) return SchemaFault(json);
        }
        catch (JsonException)
        {
            // Told below.
        }
        return "Your answer is not valid JSON. Answer with the JSON and nothing else, no explanation, no code fence.";
    }

    private string? SchemaFault(ReadOnlySpan<byte> json)
    {
        if (_schema?.Validate(json) is not { IsValid: false } outcome) return null;
        return "Your JSON does not satisfy the schema. " + string.Join("; ", outcome.Errors.Take(ShownFaults)) + ". Answer with the corrected JSON and nothing else.";
    }

    /// <summary>The inside of a code fence around the whole text; else the text without white space around it.</summary>
    private static ReadOnlySpan<byte> Unfenced(ReadOnlySpan<byte> text)
    {
        var inside = text.Trim(" \t\r\n"u8);
        if (!inside.StartsWith("```"u8) || !inside.EndsWith("```"u8)) return inside;
        var line = inside.IndexOf((byte)'\n');
        return line < 0 || line > inside.Length - 3 ? inside : inside[line..^3].Trim(" \t\r\n"u8);
    }
}
