namespace Causeway.Cataloguing;

/// <summary>Rows in columns as wide as what is in them: readable on a terminal, and by <c>awk</c>.</summary>
internal static class PlainTable
{
    /// <param name="rows">The headings first; every row as long as it.</param>
    /// <param name="rightAligned">The columns that hold numbers.</param>
    public static void Write(TextWriter output, IReadOnlyList<string[]> rows, params int[] rightAligned)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, i) => rightAligned.Contains(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
    }
}
