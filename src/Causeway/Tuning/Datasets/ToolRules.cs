using System.Text.Json;

namespace Causeway.Tuning.Datasets;

/// <summary>Holds an example's <c>tools</c> to the format: functions with names of their own.</summary>
internal sealed class ToolRules(ProblemList problems)
{
    private const int MaxTools = 128;
    private const int MaxName = 64;

    /// <summary>The names of the functions.</summary>
    public HashSet<string> Check(JsonElement ask, string pointer)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (ask.Given("tools") is not { } tools) return names;
        if (tools.ValueKind != JsonValueKind.Array || tools.GetArrayLength() is 0 or > MaxTools)
        {
            problems.Add($"{pointer}/tools", $"is not a list of 1 to {MaxTools} tools. Without tools leave it out.");
            return names;
        }
        foreach (var (index, tool) in tools.EnumerateArray().Index()) CheckTool(tool, $"{pointer}/tools/{index}", names);
        return names;
    }

    /// <summary>The names of functions that were checked already.</summary>
    public static HashSet<string> NamesOf(JsonElement ask) => new ToolRules(new ProblemList(0, [])).Check(ask, "");

    private void CheckTool(JsonElement tool, string pointer, HashSet<string> names)
    {
        if (tool.Text("type") != "function" || tool.Given("function") is not { ValueKind: JsonValueKind.Object } function)
        {
            problems.Add(pointer, "is not a function: {\"type\": \"function\", \"function\": {\"name\": …, \"parameters\": …}}.");
            return;
        }
        problems.Unknown(tool, pointer, ["type", "function"]);
        problems.Unknown(function, $"{pointer}/function", ["name", "description", "parameters", "strict"]);
        if (function.Given("parameters") is { ValueKind: not JsonValueKind.Object }) problems.Add($"{pointer}/function/parameters", "is not an object with a JSON Schema.");
        if (function.Text("name") is not { } name || !IsName(name)) problems.Add($"{pointer}/function/name", $"is not 1 to {MaxName} of a-z, A-Z, 0-9, '_' and '-'.");
        else if (!names.Add(name)) problems.Add($"{pointer}/function/name", $"'{name}' is the name of an earlier tool too. Keep one of them.");
    }

    private static bool IsName(string name) => name.Length is > 0 and <= MaxName && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');
}
