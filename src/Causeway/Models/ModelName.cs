using System.Diagnostics.CodeAnalysis;

namespace Causeway.Models;

/// <summary>What a model of the store may be called, and how a name with an adapter is taken apart.</summary>
internal static class ModelName
{
    public const string Rule = "1 to 63 of a-z, A-Z, 0-9, '-', '.' and '_', the first a letter or digit";
    private const int MaxLength = 63;

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && char.IsAsciiLetterOrDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_');

    /// <summary><c>small:sql</c> is the model <c>small</c> with its adapter <c>sql</c>, and so is what a job calls it (<see cref="TunedName"/>). A path may hold colons of its own: only one after its last slash counts.</summary>
    public static (string Model, string? Adapter) Split(string text)
    {
        if (TunedName.TryParse(text) is { } tuned) return (tuned.Base, tuned.Adapter);
        var colon = text.LastIndexOf(':');
        return colon > text.LastIndexOfAny(['/', '\\']) && colon > 0 && colon < text.Length - 1 && !(colon == 1 && char.IsAsciiLetter(text[0])) ? (text[..colon], text[(colon + 1)..]) : (text, null);
    }

    /// <summary>A name made of a repository's or a file's: its last part in lower case.</summary>
    public static bool TryDerive(string from, [NotNullWhen(true)] out string? name)
    {
        var last = from.TrimEnd('/', '\\').Split('/', '\\')[^1].ToLowerInvariant();
        foreach (var end in (string[])[".gguf", "-gguf"])
            if (last.EndsWith(end, StringComparison.Ordinal)) last = last[..^end.Length];
        name = IsValid(last) ? last : null;
        return name is not null;
    }
}
