using System.Text;

namespace Causeway.Gateway.Upstreams.Rehearsal.Instances;

/// <summary>
/// A text that a regular expression matches, for the part of the language that schemas of tools use: letters, escapes, classes,
/// groups, alternatives, repetition, anchors at the ends. Look-around, back references and Unicode categories are not read.
/// </summary>
internal sealed class PatternSample
{
    private const int LongestSample = 10_000;

    private readonly StringBuilder _text = new();
    private readonly int _extra;
    private Chance _chance;

    private PatternSample(ulong seed, int extra)
    {
        _chance = new Chance(seed);
        _extra = extra;
    }

    /// <summary>Null when the pattern uses what is not read here; the string is then made without it.</summary>
    public static string? TryWrite(string pattern, int minLength, ref Chance chance)
    {
        if (PatternParser.Parse(pattern) is not { } tree) return null;
        var seed = chance.Next();
        var sample = Write(tree, seed, 0);
        // Open repetitions first take their minimum; the missing length says how far to stretch them.
        return sample.Length >= minLength ? sample : Write(tree, seed, minLength - sample.Length);
    }

    private static string Write(PatternNode tree, ulong seed, int extra)
    {
        var sample = new PatternSample(seed, extra);
        sample.Append(tree);
        return sample._text.ToString();
    }

    private void Append(PatternNode node)
    {
        if (node.Branches is { } branches)
        {
            foreach (var repeat in branches[_chance.Below(branches.Count)])
                Append(repeat);
        }
        else if (node.Letters.Length > 0) _text.Append(node.Letters[_chance.Below(node.Letters.Length)]);
    }

    private void Append(PatternRepeat repeat)
    {
        var count = (int)Math.Min(repeat.Most, (long)repeat.Least + (repeat.Most > repeat.Least ? _extra : 0));
        for (; count > 0 && _text.Length < LongestSample; count--)
            Append(repeat.Node);
    }
}
