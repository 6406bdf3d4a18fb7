using System.Text.Json;
using Causeway.Engine.Constraints;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>What an answer may be, by <c>response_format</c> and the tools. What cannot be kept by construction is refused, never answered with a guess.</summary>
internal static class AnswerGrammar
{
    /// <summary>Any answer will do.</summary>
    public static TokenConstraint? Free() => null;

    /// <exception cref="EmbeddedRefusal">The request demands JSON or a tool call, to which embedded models cannot be held yet.</exception>
    public static Func<TokenConstraint?> Of(JsonElement root, ToolAsk tools)
    {
        if (tools.Demand is ToolDemand.Named or ToolDemand.Required) throw Unkept("tool_choice");
        if (tools.Demand == ToolDemand.Auto && tools.Tools.FirstOrDefault(tool => tool.Strict) is { } strict) throw Unkept(strict.Place);
        if (new AskReader(root).Find("response_format") is not { } format) return Free;
        var isText = format.ValueKind == JsonValueKind.Object && format.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text"u8);
        return isText ? Free : throw Unkept("response_format");
    }

    private static EmbeddedRefusal Unkept(string param) => new(ErrorCodes.UnsupportedParameter.Error($"Embedded models cannot be held to '{param}' yet.", param));
}
