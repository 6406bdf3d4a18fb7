using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Dialects;

/// <summary>
/// The tools that a request offers, as far as reading calls needs them: names, and the JSON types of their parameters. Immutable.
/// </summary>
public sealed class ToolTable
{
    private readonly Dictionary<string, ToolParameters> _tools = new(StringComparer.Ordinal);

    private ToolTable() { }

    /// <summary>No tools: every call is one of an unknown tool, its values are strings unless its markup types them.</summary>
    public static ToolTable Empty { get; } = new();

    /// <summary>How many tools have names.</summary>
    public int Count => _tools.Count;

    /// <summary>
    /// Reads the value of the request's <c>tools</c>. What is not a function with a name is passed over; what is not JSON gives
    /// <see cref="Empty"/>: whether a request is sound is not judged here.
    /// </summary>
    public static ToolTable Read(ReadOnlySpan<byte> tools)
    {
        var reader = new Utf8JsonReader(tools, WireJson.ReaderOptions);
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var table = new ToolTable();
            if (document.RootElement.ValueKind == JsonValueKind.Array)
                foreach (var tool in document.RootElement.EnumerateArray()) table.Add(tool);
            return table;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Empty;
        }
    }

    internal bool Has(string name) => _tools.ContainsKey(name);

    internal ToolParameters? Find(string name) => _tools.GetValueOrDefault(name);

    private void Add(JsonElement tool)
    {
        if (tool.ValueKind != JsonValueKind.Object) return;
        var function = tool.TryGetProperty("function"u8, out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : tool;
        if (!function.TryGetProperty("name"u8, out var name) || name.ValueKind != JsonValueKind.String) return;
        _tools[name.GetString() ?? ""] = ToolParameters.Read(function.TryGetProperty("parameters"u8, out var parameters) ? parameters : default);
    }
}
