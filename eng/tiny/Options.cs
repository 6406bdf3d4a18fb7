using System.Globalization;

namespace Causeway.TinyRecipe;

/// <summary>The words of the command line.</summary>
internal sealed class Options(string[] args)
{
    public string Verb => args.Length >= 2 ? args[0] : "";
    public string Folder => args[1];
    public int Count => Number("--count", 30_000);
    public int Seed => Number("--seed", 1);

    /// <summary>Dollars above which a refund goes to a person.</summary>
    public int Limit => Number("--limit", 100);

    /// <summary>Tokens a step.</summary>
    public int Batch => Number("--batch", 1024);

    /// <summary>The largest step size, in ten-thousandths.</summary>
    public int Rate => Number("--rate", 15);

    /// <summary>Conversations of the second lesson.</summary>
    public int Count2 => Number("--count2", 13_000);

    /// <summary>The largest step size of the second lesson, in ten-thousandths.</summary>
    public int Rate2 => Number("--rate2", 10);

    /// <summary>Exercises in repeating, before the conversations.</summary>
    public int Repeats => Number("--repeats", 1000);

    /// <summary>Whether wrong answers are printed.</summary>
    public bool Aloud => args.Contains("--aloud");

    private int Number(string name, int otherwise)
    {
        var at = Array.IndexOf(args, name);
        return at < 0 || at + 1 >= args.Length ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
    }
}
