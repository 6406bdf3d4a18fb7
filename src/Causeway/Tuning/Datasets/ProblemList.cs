using System.Text.Json;

namespace Causeway.Tuning.Datasets;

/// <summary>The problems of one line, as far as they are told.</summary>
internal sealed class ProblemList(int line, List<DatasetProblem> into)
{
    private const int MaxShown = 64;

    public void Add(string pointer, string message)
    {
        if (into.Count < DatasetException.MaxProblems) into.Add(new DatasetProblem(line, pointer, message));
    }

    /// <summary>A member that nobody would heed is a mistake of the file's author: it was meant to do something.</summary>
    public void Unknown(JsonElement element, string pointer, ReadOnlySpan<string> known)
    {
        foreach (var member in element.EnumerateObject())
            if (member.Value.ValueKind != JsonValueKind.Null && !known.Contains(member.Name))
                Add($"{pointer}/{Escaped(Shown(member.Name))}", $"is not known here. Take it out; known are {string.Join(", ", known.ToArray())}.");
    }

    /// <summary>A stranger's word in a message: short and without control characters.</summary>
    public static string Shown(string text) =>
        string.Concat((text.Length > MaxShown ? text[..MaxShown] + "…" : text).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));

    private static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}

internal static class ExampleMembers
{
    /// <summary>A member of an object; null when there is none or it is null.</summary>
    public static JsonElement? Given(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement element, string name) => element.Given(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static string? Role(this JsonElement message) => message.Text("role");
}
