using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

/// <summary>
/// What OpenAI's chat completions accept and refuse. Unknown members and unknown tool types pass: agents send them.
/// Each rule gives the first offence or null.
/// </summary>
internal static class RequestRules
{
    public static WireError? Check(JsonElement root) =>
        root.ValueKind is not JsonValueKind.Object ? Refusals.Unparsable()
        : Model(root) ?? MessageRules.Check(root) ?? SamplingRules.Check(root) ?? ToolRules.Check(root)
            ?? LegacyFunctionRules.Check(root) ?? FormatRules.Check(root);

    /// <summary>Of a request that is no chat: all that its operation has in common with one.</summary>
    public static WireError? CheckOther(JsonElement root) => root.ValueKind is not JsonValueKind.Object ? Refusals.Unparsable() : Model(root);

    private static WireError? Model(JsonElement root)
    {
        if (!root.Has("model"u8, out var model)) return Refusals.Invalid("you must provide a model parameter");
        if (model.ValueKind is not JsonValueKind.String) return Refusals.Type("model", "a string", model);
        var name = model.GetString() ?? "";
        if (name.Length == 0) return Refusals.Invalid("you must provide a model parameter");
        return Scripts.TryFind(name, out _) ? null : UnknownScript(name);
    }

    private static WireError UnknownScript(string name) => new(404, "invalid_request_error", "model_not_found",
        $"The model '{Refusals.Quote(name)}' does not exist: the rehearsal plays {string.Join(", ", Scripts.ModelNames)}, " +
        "and any name that does not begin with 'rehearsal-'.", null);
}
