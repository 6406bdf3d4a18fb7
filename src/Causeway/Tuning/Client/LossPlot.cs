using System.Globalization;

namespace Causeway.Tuning.Client;

/// <summary>A curve of letters: losses by step, <c>*</c> where it learns and <c>o</c> where it is measured on what it does not learn.</summary>
internal static class LossPlot
{
    private const int Width = 60;
    private const int Height = 8;
    private const int LabelWidth = 8;

    /// <returns>Lines; none when there is nothing to draw.</returns>
    public static IReadOnlyList<string> Draw(IReadOnlyDictionary<int, double> train, IReadOnlyDictionary<int, double> valid, int total)
    {
        var finite = train.Concat(valid).Where(point => double.IsFinite(point.Value)).ToList();
        if (finite.Count == 0) return [];
        var (least, most) = (finite.Min(point => point.Value), finite.Max(point => point.Value));
        var last = Math.Max(total, finite.Max(point => point.Key));
        var cells = new char[Height, Width];
        Mark(cells, train, '*', least, most, last);
        Mark(cells, valid, 'o', least, most, last);
        var lines = new List<string>(Height + 2);
        for (var row = 0; row < Height; row++)
        {
            var label = row == 0 ? Number(most) : row == Height - 1 ? Number(least) : "";
            lines.Add(string.Concat(label.PadLeft(LabelWidth), " |", string.Create(Width, (cells, row), static (text, state) =>
            {
                for (var column = 0; column < text.Length; column++) text[column] = state.cells[state.row, column] is '\0' ? ' ' : state.cells[state.row, column];
            })).TrimEnd());
        }
        lines.Add(new string(' ', LabelWidth) + " +" + new string('-', Width));
        lines.Add(new string(' ', LabelWidth + 2) + "step 1" + last.ToString(CultureInfo.InvariantCulture).PadLeft(Width - "step 1".Length));
        return lines;
    }

    // Several steps may share a column: it shows their mean.
    private static void Mark(char[,] cells, IReadOnlyDictionary<int, double> points, char letter, double least, double most, int last)
    {
        foreach (var column in points.Where(point => double.IsFinite(point.Value)).GroupBy(point => (int)((long)(point.Key - 1) * Width / last)))
        {
            var part = most > least ? (most - column.Average(point => point.Value)) / (most - least) : 1;
            cells[(int)Math.Round(part * (Height - 1)), Math.Clamp(column.Key, 0, Width - 1)] = letter;
        }
    }

    private static string Number(double loss) => loss.ToString("0.0000", CultureInfo.InvariantCulture);
}
