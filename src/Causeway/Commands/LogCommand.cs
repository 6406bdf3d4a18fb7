using System.CommandLine;
using System.CommandLine.Parsing;
using Causeway.Ledger;
using Causeway.Ledger.Reading;
using Causeway.Logging;

namespace Causeway.Commands;

internal static class LogCommand
{
    private static readonly Option<string> _data = CommonOptions.Data();
    private static readonly Option<string?> _route = new("--route") { Description = "Only this route." };
    private static readonly Option<string?> _model = new("--model") { Description = "Only this model, as asked for or as served." };
    private static readonly Option<string?> _key = new("--key") { Description = "Only callers with the key of this name." };
    private static readonly Option<string?> _upstream = new("--upstream") { Description = "Only answers of this upstream." };
    private static readonly Option<string?> _status = new("--status") { Description = "Only this status or class: 429, 5xx.", HelpName = "STATUS" };
    private static readonly Option<Outcome?> _outcome = new("--outcome") { Description = "Only exchanges that ended like this." };
    private static readonly Option<string?> _id = new("--id") { Description = "Only request ids that begin like this (x-causeway-request-id)." };
    private static readonly Option<TimeSpan?> _since = new("--since") { Description = "Only the last 30m, 24h, 7d.", HelpName = "AGE", CustomParser = ParseAge };
    private static readonly Option<int> _limit = new("--limit", "-n") { Description = "At most so many, the newest.", DefaultValueFactory = _ => 50 };
    private static readonly Option<bool> _json = new("--json") { Description = "One JSON object a line, all fields, times in microseconds, cost in nano-dollars." };
    private static readonly Option<bool> _follow = new("--follow") { Description = "Go on printing exchanges as they are settled, until Ctrl+C." };
    private static readonly Option<SummaryBy?> _summary = new("--summary") { Description = "Totals instead of rows: requests, errors, tokens, cost, latency by route, model, key or upstream.", HelpName = "BY" };

    public static Command Create()
    {
        var command = new Command("log", "Lists what the gateway has settled, newest last: who asked for what, who answered, tokens, cost, latency.")
        {
            _data, _route, _model, _key, _upstream, _status, _outcome, _id, _since, _limit, _json, _follow, _summary,
        };
        command.SetAction(Run);
        return TeachingHelp.Teach(command, """
            Reads the ledger beside a running gateway without disturbing it. Examples:
              causeway log --follow                     watch
              causeway log --status 5xx --since 1h      what failed in the last hour
              causeway log --summary route --since 24h  a day, by route
              causeway log --json | jq .usage           for programs
            """);
    }

    private static int Run(ParseResult parsed)
    {
        var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        if (ReadFilter(parsed, errors) is not { } filter) return ExitCodes.Usage;
        try
        {
            using var reader = LedgerReader.Open(Path.GetFullPath(parsed.GetValue(_data)!));
            if (parsed.GetValue(_summary) is { } by) SummaryTable.Write(output, reader.Summary(filter, by), by);
            else Print(parsed, reader, filter, output);
            return ExitCodes.Success;
        }
        catch (LedgerException e)
        {
            errors.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }

    private static void Print(ParseResult parsed, LedgerReader reader, ExchangeFilter filter, TextWriter output)
    {
        IExchangeWriter writer = parsed.GetValue(_json) ? new JsonLines(output) : new ExchangeTable(output);
        var last = reader.LastRow();
        var rows = reader.Recent(filter);
        for (var i = rows.Count - 1; i >= 0; i--) writer.Write(rows[i].Exchange);
        if (!parsed.GetValue(_follow)) writer.End(rows.Count);
        else Follow(reader, filter with { Limit = ExchangeFilter.MaxLimit }, Math.Max(last, rows.Count > 0 ? rows[0].Row : 0), writer);
    }

    private static void Follow(LedgerReader reader, ExchangeFilter filter, long last, IExchangeWriter writer)
    {
        using var stop = new ManualResetEventSlim();
        while (!stop.Wait(TimeSpan.FromMilliseconds(250)))
        {
            foreach (var row in reader.After(last, filter))
            {
                writer.Write(row.Exchange);
                last = row.Row;
            }
        }
    }

    private static ExchangeFilter? ReadFilter(ParseResult parsed, TextWriter errors)
    {
        var status = default(StatusRange);
        if (parsed.GetValue(_status) is { } text && !StatusRange.TryParse(text, out status))
        {
            errors.WriteLine($"--status {text}: use a status like 429 or a class like 5xx.");
            return null;
        }
        if (parsed.GetValue(_limit) is < 1 or > ExchangeFilter.MaxLimit)
        {
            errors.WriteLine($"--limit: 1 to {ExchangeFilter.MaxLimit}.");
            return null;
        }
        return new ExchangeFilter
        {
            Route = parsed.GetValue(_route),
            Model = parsed.GetValue(_model),
            Key = parsed.GetValue(_key),
            Upstream = parsed.GetValue(_upstream),
            Status = parsed.GetValue(_status) is null ? null : status,
            Outcome = parsed.GetValue(_outcome),
            RequestId = parsed.GetValue(_id),
            Since = parsed.GetValue(_since) is { } age ? TimeProvider.System.GetUtcNow() - age : null,
            Limit = parsed.GetValue(_limit),
        };
    }

    private static TimeSpan? ParseAge(ArgumentResult argument)
    {
        if (Age.TryParse(argument.Tokens[0].Value, out var age)) return age;
        argument.AddError($"'{argument.Tokens[0].Value}' is no age. Use 90s, 30m, 24h or 7d.");
        return null;
    }
}
