using Causeway.Ledger.Reading;
using Spectre.Console;

namespace Causeway.Logging;

/// <summary>Totals by group, as a table.</summary>
internal static class SummaryTable
{
    public static void Write(TextWriter output, IReadOnlyList<ExchangeSummary> groups, SummaryBy by)
    {
        if (groups.Count == 0)
        {
            output.WriteLine("No exchanges match.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn(by.ToString());
        foreach (var name in new[] { "Exchanges", "Errors", "Prompt", "Completion", "Cost", "First p50", "First p95", "Total p50", "Total p95" })
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var group in groups) table.AddRow(Cells(group));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (Console.IsOutputRedirected) console.Profile.Width = 160;
        console.Write(table);
    }

    private static string[] Cells(ExchangeSummary g) =>
    [
        Markup.Escape(g.Name ?? "-"), Shown.Count(g.Exchanges), Shown.Count(g.Errors), Shown.Count(g.PromptTokens), Shown.Count(g.CompletionTokens),
        Shown.Dollars(g.CostNanos) + (g.Unpriced > 0 ? "*" : ""), Shown.Micros(g.FirstByte.P50), Shown.Micros(g.FirstByte.P95), Shown.Micros(g.Duration.P50), Shown.Micros(g.Duration.P95),
    ];
}
