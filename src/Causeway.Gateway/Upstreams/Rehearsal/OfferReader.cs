using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>
/// Brings <c>tools</c> with <c>tool_choice</c>, or <c>functions</c> with <c>function_call</c>, to one form: a demand, and the
/// tools that may meet it. Tools of types nobody has heard of are not called.
/// </summary>
internal static class OfferReader
{
    public static (ToolDemand Demand, IReadOnlyList<ToolOffer> Offers) Read(JsonElement root)
    {
        if (root.Has("tools"u8, out var tools))
        {
            var offers = Tools(tools);
            return root.Has("tool_choice"u8, out var choice) ? Chosen(choice, offers) : (ToolDemand.Auto, offers);
        }
        return root.Has("functions"u8, out var functions) ? Legacy(root, functions) : (ToolDemand.None, []);
    }

    private static List<ToolOffer> Tools(JsonElement tools)
    {
        var offers = new List<ToolOffer>(tools.GetArrayLength());
        foreach (var tool in tools.EnumerateArray())
        {
            var type = tool.GetProperty("type"u8);
            if (type.ValueEquals("function"u8)) offers.Add(Function(ToolKind.Function, tool.GetProperty("function"u8)));
            else if (type.ValueEquals("custom"u8))
                offers.Add(new ToolOffer(ToolKind.Custom, tool.GetProperty("custom"u8).Text("name"u8) ?? "", default, false));
        }
        return offers;
    }

    private static ToolOffer Function(ToolKind kind, JsonElement function) => new(
        kind,
        function.Text("name"u8) ?? "",
        function.Has("parameters"u8, out var parameters) ? parameters : default,
        function.IsTrue("strict"u8));

    private static (ToolDemand, IReadOnlyList<ToolOffer>) Chosen(JsonElement choice, List<ToolOffer> offers)
    {
        if (choice.ValueKind is JsonValueKind.String)
            return (choice.ValueEquals("none"u8) ? ToolDemand.None
                : choice.ValueEquals("required"u8) ? ToolDemand.Required : ToolDemand.Auto, offers);
        if (!choice.GetProperty("type"u8).ValueEquals("allowed_tools"u8))
            return (ToolDemand.Named, Named([choice], offers));
        var allowed = choice.GetProperty("allowed_tools"u8);
        return (allowed.GetProperty("mode"u8).ValueEquals("required"u8) ? ToolDemand.Required : ToolDemand.Auto,
            Named(allowed.GetProperty("tools"u8).EnumerateArray(), offers));
    }

    private static List<ToolOffer> Named(IEnumerable<JsonElement> references, List<ToolOffer> offers)
    {
        var named = new List<ToolOffer>();
        foreach (var reference in references)
        {
            var kind = reference.GetProperty("type"u8).ValueEquals("custom"u8) ? ToolKind.Custom : ToolKind.Function;
            if (!reference.TryGetProperty(kind is ToolKind.Custom ? "custom"u8 : "function"u8, out var inner)) continue;
            var index = offers.FindIndex(offer => offer.Kind == kind && offer.Name == inner.Text("name"u8));
            if (index >= 0) named.Add(offers[index]);
        }
        return named;
    }

    private static (ToolDemand, IReadOnlyList<ToolOffer>) Legacy(JsonElement root, JsonElement functions)
    {
        var offers = new List<ToolOffer>(functions.GetArrayLength());
        foreach (var function in functions.EnumerateArray())
            offers.Add(Function(ToolKind.LegacyFunction, function));
        if (!root.Has("function_call"u8, out var call)) return (ToolDemand.Auto, offers);
        if (call.ValueKind is JsonValueKind.String)
            return (call.ValueEquals("none"u8) ? ToolDemand.None : ToolDemand.Auto, offers);
        var name = call.Text("name"u8);
        return (ToolDemand.Named, [offers.Find(offer => offer.Name == name)]);
    }
}
