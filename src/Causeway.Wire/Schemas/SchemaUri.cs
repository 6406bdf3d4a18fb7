namespace Causeway.Wire.Schemas;

/// <summary>References of RFC 3986, resolved by its text (§5.2) and nothing else: no scheme is special, nothing is fetched.</summary>
internal readonly record struct SchemaUri(string? Scheme, string? Authority, string Path, string? Query, string? Fragment)
{
    /// <summary>A longer one is refused: bases grow by what is put behind them.</summary>
    public const int MaxLength = 2048;

    public static SchemaUri Parse(string text)
    {
        var fragment = CutAfter(ref text, '#');
        var query = CutAfter(ref text, '?');
        var scheme = default(string);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && char.IsAsciiLetter(text[0]) && text.AsSpan(0, colon).IndexOfAnyExcept(s_schemeCharacters) < 0)
        {
            scheme = text[..colon];
            text = text[(colon + 1)..];
        }
        var authority = default(string);
        if (text.StartsWith("//", StringComparison.Ordinal))
        {
            var end = text.IndexOf('/', 2);
            authority = end < 0 ? text[2..] : text[2..end];
            text = end < 0 ? "" : text[end..];
        }
        return new SchemaUri(scheme, authority, text, query, fragment);
    }

    /// <summary>What <paramref name="reference"/> names when it stands in a document at this address.</summary>
    public SchemaUri Resolve(string reference)
    {
        var target = Parse(reference);
        if (target.Scheme is not null) return target with { Path = WithoutDots(target.Path) };
        if (target.Authority is not null) return target with { Scheme = Scheme, Path = WithoutDots(target.Path) };
        if (target.Path.Length == 0) return this with { Query = target.Query ?? Query, Fragment = target.Fragment };
        var path = target.Path[0] == '/' ? target.Path : Merge(target.Path);
        return new SchemaUri(Scheme, Authority, WithoutDots(path), target.Query, target.Fragment);
    }

    /// <summary>The address of the document: without a fragment.</summary>
    public string Document =>
        $"{(Scheme is null ? "" : Scheme + ":")}{(Authority is null ? "" : "//" + Authority)}{Path}{(Query is null ? "" : "?" + Query)}";

    public override string ToString() => Fragment is null ? Document : $"{Document}#{Fragment}";

    private static readonly System.Buffers.SearchValues<char> s_schemeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private static string? CutAfter(ref string text, char mark)
    {
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0) return null;
        var after = text[(at + 1)..];
        text = text[..at];
        return after;
    }

    private string Merge(string relative) =>
        Authority is not null && Path.Length == 0 ? "/" + relative : Path[..(Path.LastIndexOf('/') + 1)] + relative;

    private static string WithoutDots(string path)
    {
        if (!path.Contains("./", StringComparison.Ordinal) && !path.EndsWith('.')) return path;
        var kept = new List<string>();
        var segments = path.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] == ".." && kept.Count > 1) kept.RemoveAt(kept.Count - 1);
            if (segments[i] is not ("." or "..")) kept.Add(segments[i]);
            else if (isLast) kept.Add("");
        }
        return string.Join('/', kept);
    }
}
