using System.CommandLine;
using System.Globalization;
using Causeway.Ledger;
using Causeway.Ledger.Reading;

namespace Causeway.Commands;

internal static class AuditCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var limit = new Option<int>("--limit", "-n") { Description = "At most so many entries, the newest.", DefaultValueFactory = _ => 50 };
        var verify = new Option<bool>("--verify") { Description = "Walk the whole chain and name the first entry that is missing or changed." };
        var command = new Command("audit", "Lists decisions: which plan was put into force, when, and why. Entries are chained by hashes.") { data, limit, verify };
        command.SetAction(parsed => Run(
            parsed.GetValue(data)!, parsed.GetValue(limit), parsed.GetValue(verify), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return TeachingHelp.Teach(command, """
            With --verify the exit code is 0 when the chain is intact, 1 when it is not. Note the head hash elsewhere:
            a chain that was rewritten as a whole can only be told by it.
            """);
    }

    private static int Run(string data, int limit, bool verify, TextWriter output, TextWriter errors)
    {
        try
        {
            using var reader = LedgerReader.Open(Path.GetFullPath(data));
            return verify ? Verify(reader, output, errors) : List(reader, limit, output);
        }
        catch (LedgerException e)
        {
            errors.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }

    private static int List(LedgerReader reader, int limit, TextWriter output)
    {
        foreach (var entry in reader.AuditEntries(Math.Clamp(limit, 1, ExchangeFilter.MaxLimit)).OrderBy(e => e.Sequence))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.Sequence,5}  {entry.At:yyyy-MM-dd HH:mm:ss}Z  {entry.Actor,-12}  {entry.Action,-16}  {entry.Subject}"));
        return ExitCodes.Success;
    }

    private static int Verify(LedgerReader reader, TextWriter output, TextWriter errors)
    {
        var verdict = reader.VerifyAudit();
        if (verdict.Intact)
        {
            output.WriteLine($"Intact: {verdict.Entries} entries, head {verdict.HeadHash}");
            return ExitCodes.Success;
        }
        errors.WriteLine($"Broken at entry {verdict.BrokenAt}: {verdict.Problem}");
        return ExitCodes.Failure;
    }
}
