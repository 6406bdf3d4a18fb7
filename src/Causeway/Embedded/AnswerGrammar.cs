using System.Text.Json;
using Causeway.Engine.Constraints;
using Causeway.Wire.Dialects;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>What an answer may be, made of <c>response_format</c> and the tools: kept by construction, not by asking nicely.</summary>
internal static class AnswerGrammar
{
    private const int MostCalls = 16;

    /// <summary>Any answer will do.</summary>
    public static TokenConstraint? Free() => null;

    /// <summary>Makes what each choice of the answer is held to; what it makes is null where any answer will do.</summary>
    /// <param name="isThinking">The prompt's end has opened the model's thinking, which comes first then.</param>
    /// <exception cref="EmbeddedRefusal">A schema has a keyword that cannot be kept; the message names it and its place.</exception>
    public static Func<TokenConstraint?> Of(JsonElement root, ToolAsk tools, RunningModel model, bool isThinking)
    {
        var format = FormatOf(root);
        var isFree = tools.Demand == ToolDemand.None || (tools.Demand == ToolDemand.Auto && !tools.Tools.Any(tool => tool.Strict));
        if (isFree && format is null) return Free;
        var family = model.Dialect.Family;
        var choice = tools.Demand == ToolDemand.None ? "" : $"{tools.Demand} {tools.Tools[0].Name} {tools.Parallel} {tools.Raw.GetRawText()}";
        return model.Constraints.GetOrAdd($"{family} {isThinking}\n{format?.GetRawText()}\n{choice}", () => GrammarOf(format, tools, family, isThinking)).Start;
    }

    private static Grammar GrammarOf(JsonElement? format, ToolAsk tools, DialectFamily family, bool isThinking)
    {
        var answer = tools.Demand switch
        {
            ToolDemand.Named => Call(tools.Tools[0], family),
            ToolDemand.Required => Calls(tools, family),
            ToolDemand.Auto when format is { } either => Grammar.Choice(Format(either), Calls(tools, family)),
            ToolDemand.Auto => Triggered(tools, family),
            _ => Format(format!.Value),
        };
        return isThinking ? Grammar.Sequence(Grammar.Until("</think>"), Grammar.Literal("\n\n"), answer) : answer;
    }

    /// <summary>The value of <c>response_format</c>; null when any text will do.</summary>
    private static JsonElement? FormatOf(JsonElement root)
    {
        if (new AskReader(root).Find("response_format") is not { } format) return null;
        var type = format.ValueKind == JsonValueKind.Object && format.TryGetProperty("type"u8, out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        if (type is not ("text" or "json_object" or "json_schema"))
            throw new EmbeddedRefusal(ErrorCodes.InvalidType.Error("'response_format.type' must be \"text\", \"json_object\" or \"json_schema\".", "response_format"));
        return type == "text" ? null : format;
    }

    private static Grammar Format(JsonElement format)
    {
        if (!format.GetProperty("type"u8).ValueEquals("json_schema"u8)) return Grammar.JsonObject();
        if (!format.TryGetProperty("json_schema"u8, out var description) || description.ValueKind != JsonValueKind.Object
            || !description.TryGetProperty("schema"u8, out var schema) || schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False))
            throw new EmbeddedRefusal(ErrorCodes.MissingRequiredParameter.Error("'response_format.json_schema.schema' must be a schema.", "response_format.json_schema.schema"));
        return Json(schema, "response_format.json_schema.schema");
    }

    private static Grammar Json(JsonElement schema, string place)
    {
        try
        {
            return Grammar.Json(schema);
        }
        catch (ConstraintException e)
        {
            throw new EmbeddedRefusal(ErrorCodes.UnsupportedSchema.Error($"The schema in '{place}' cannot be kept: {e.Message}.", place));
        }
    }

    private static Grammar Calls(ToolAsk tools, DialectFamily family)
    {
        var any = Grammar.Choice([.. tools.Tools.Select(tool => Call(tool, family))]);
        if (!tools.Parallel || family is DialectFamily.Llama or DialectFamily.Mistral) return any;
        return Grammar.Sequence(any, Grammar.Repeat(Grammar.Sequence(Grammar.Literal("\n"), any), 0, MostCalls - 1));
    }

    private static Grammar Call(OfferedTool tool, DialectFamily family)
    {
        var markup = CallMarkup.Of(family);
        return Grammar.Sequence(Grammar.Literal($"{markup.Open}{markup.Trigger}{tool.Name}{markup.Middle}"), Arguments(tool), Grammar.Literal(markup.Close));
    }

    private static Grammar Arguments(OfferedTool tool) => tool.Parameters.ValueKind == JsonValueKind.Undefined ? Grammar.Literal("{}") : Json(tool.Parameters, tool.Place);

    /// <summary>Free text, until a call begins: from there it is one of the tools', whole.</summary>
    private static Grammar Triggered(ToolAsk tools, DialectFamily family)
    {
        var markup = CallMarkup.Of(family);
        var inside = markup.Open.Length > 0 ? markup.Trigger : "";
        var behind = Grammar.Choice([.. tools.Tools.Select(tool => Grammar.Sequence(
            Grammar.Literal($"{inside}{tool.Name}{markup.Middle}"), tool.Strict ? Arguments(tool) : Grammar.JsonObject(), Grammar.Literal(markup.Close)))]);
        return Grammar.Triggered([(markup.Open.Length > 0 ? markup.Open : markup.Trigger, behind)]);
    }

    /// <summary>A call in JSON. The markup of families that write none cannot be forced; their answers are read for this one too.</summary>
    private sealed record CallMarkup(string Open, string Trigger, string Middle, string Close)
    {
        public static CallMarkup Of(DialectFamily family) => family switch
        {
            DialectFamily.Llama => new CallMarkup("", "{\"name\": \"", "\", \"parameters\": ", "}"),
            DialectFamily.Mistral => new CallMarkup("[TOOL_CALLS]", "[{\"name\": \"", "\", \"arguments\": ", "}]"),
            _ => new CallMarkup("<tool_call>", "\n{\"name\": \"", "\", \"arguments\": ", "}\n</tool_call>"),
        };
    }
}
