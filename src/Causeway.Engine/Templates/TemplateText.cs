using System.Text;

namespace Causeway.Engine.Templates;

/// <summary>
/// A string that knows which of its parts the template wrote. Joining and cutting keep that exactly; whatever rewrites characters is trusted only when
/// all that went in was. Immutable.
/// </summary>
internal sealed class TemplateText
{
    public static TemplateText Empty { get; } = new("", true);

    // Null: all of it is of one kind.
    private readonly (int End, bool Trusted)[]? _stretches;
    private readonly bool _trusted;

    public TemplateText(string value, bool trusted) => (Value, _trusted) = (value, trusted);

    private TemplateText(string value, (int End, bool Trusted)[] stretches) => (Value, _stretches) = (value, stretches);

    public string Value { get; }

    /// <summary>Whether the template wrote all of it.</summary>
    public bool IsTrusted => _stretches is null && _trusted;

    public IEnumerable<(string Text, bool Trusted)> Pieces()
    {
        var start = 0;
        foreach (var (end, trusted) in _stretches ?? [(Value.Length, _trusted)])
        {
            if (end > start) yield return (Value[start..end], trusted);
            start = end;
        }
    }

    public static TemplateText Join(IEnumerable<TemplateText> parts)
    {
        var value = new StringBuilder();
        var stretches = new List<(int End, bool Trusted)>();
        foreach (var part in parts)
        {
            var at = value.Length;
            value.Append(part.Value);
            foreach (var (end, trusted) in part._stretches ?? [(part.Value.Length, part._trusted)])
            {
                if (end == 0) continue;
                if (stretches.Count > 0 && stretches[^1].Trusted == trusted) stretches[^1] = (at + end, trusted);
                else stretches.Add((at + end, trusted));
            }
        }
        return stretches.Count <= 1 ? new TemplateText(value.ToString(), stretches.Count == 0 || stretches[0].Trusted) : new TemplateText(value.ToString(), [.. stretches]);
    }

    /// <summary>A part of it, by UTF-16 places.</summary>
    public TemplateText Slice(int start, int length)
    {
        if (length <= 0) return Empty;
        if (start == 0 && length == Value.Length) return this;
        var value = Value.Substring(start, length);
        if (_stretches is null) return new TemplateText(value, _trusted);
        var cut = _stretches.Where(stretch => stretch.End > start).Select(stretch => (End: Math.Min(stretch.End - start, length), stretch.Trusted)).ToList();
        var last = cut.FindIndex(stretch => stretch.End == length);
        return last == 0 ? new TemplateText(value, cut[0].Trusted) : new TemplateText(value, [.. cut.Take(last + 1)]);
    }

    /// <summary>Another string made of this one.</summary>
    public TemplateText With(string value) => new(value, IsTrusted);

    /// <summary>Code points: what Python counts and indexes.</summary>
    public int Length => Value.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? Value.Length : Starts().Count;

    /// <summary>The UTF-16 place of each code point.</summary>
    public List<int> Starts()
    {
        var starts = new List<int>(Value.Length);
        for (var at = 0; at < Value.Length; at++)
        {
            starts.Add(at);
            if (char.IsHighSurrogate(Value[at]) && at + 1 < Value.Length && char.IsLowSurrogate(Value[at + 1])) at++;
        }
        return starts;
    }

    public override string ToString() => Value;
}
