using System.Globalization;
using Causeway.Ledger;

namespace Causeway.Logging;

/// <summary>
/// Exchanges as lines of fixed columns, so that following them works like any log. Colour marks what went wrong, on a terminal only.
/// What came from callers is shown without control characters.
/// </summary>
internal sealed class ExchangeTable(TextWriter output) : IExchangeWriter
{
    private const string Red = "\e[31m", Yellow = "\e[33m", Plain = "\e[0m";
    private static readonly bool _hasColour = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
    private bool _hasHeader;

    public void Write(Exchange e)
    {
        if (!_hasHeader) output.WriteLine($"{"TIME (UTC)",-19} {"STATUS",-6} {"OUTCOME",-10} {"ROUTE",-16} {"MODEL",-24} {"UPSTREAM",-12} {"TOKENS",13} {"COST",11} {"FIRST",9} {"TOTAL",9} {"OURS",8}  ID");
        _hasHeader = true;
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{Time(e),-19} {e.Status,-6} {e.Outcome,-10} {Cell(e.Route, 16)} {Cell(e.RequestedModel, 24)} {Cell(e.Upstream, 12)} {Tokens(e),13} {Shown.Dollars(e.CostNanos),11} {Shown.Micros(e.FirstByteMicros),9} {Shown.Micros(e.DurationMicros),9} {Shown.Micros(e.OverheadMicros),8}  {e.Id}");
        output.WriteLine(Coloured(line, e.Outcome));
        if (e.Outcome != Outcome.Succeeded && (e.ErrorCode ?? e.Attempts) is not null) output.WriteLine($"{"",19} {e.ErrorCode}{(e.Attempts is null ? "" : $" ({e.Attempts})")}");
    }

    public void End(int count)
    {
        if (count == 0) output.WriteLine("No exchanges match.");
    }

    private static string Time(Exchange e) => DateTimeOffset.UnixEpoch.AddMicroseconds(e.StartedAt).ToString("MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Tokens(Exchange e) => e.UsageSource switch
    {
        UsageSource.None => "-",
        UsageSource.Counted => $"~{Shown.Count(e.Usage.Prompt)}+{Shown.Count(e.Usage.Completion)}",
        _ => $"{Shown.Count(e.Usage.Prompt)}+{Shown.Count(e.Usage.Completion)}",
    };

    private static string Cell(string? text, int width)
    {
        var clean = string.Create((text ?? "-").Length, text ?? "-", static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(from[i]) ? '�' : from[i];
        });
        return (clean.Length <= width ? clean : clean[..(width - 1)] + "…").PadRight(width);
    }

    private static string Coloured(string line, Outcome outcome) => (_hasColour, outcome) switch
    {
        (false, _) or (_, Outcome.Succeeded) => line,
        (_, Outcome.ClientGone or Outcome.Refused) => Yellow + line + Plain,
        _ => Red + line + Plain,
    };
}
