using System.CommandLine;
using Causeway.Engine;
using Causeway.Models;

namespace Causeway.Commands;

internal static class TuneCommand
{
    public static Command Create() => TeachingHelp.Teach(
        new Command("tune", "Fine-tuning: check what is to be learnt, and carry adapters and models between tools.")
        {
            TuneCheckCommand.Create(), TuneExportCommand.Create(), TuneImportCommand.Create(),
        }, """
        Examples:
          causeway tune check support.jsonl --model small --validation held-out.jsonl
          causeway tune export small:support --to support.gguf --format gguf --type q8_0
          causeway tune import ./adapter-from-elsewhere --base small --name support
        """);

    /// <summary>Runs a verb; what it cannot do is a sentence and exit code 1.</summary>
    public static int Guarded(TextWriter errors, Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is ModelStoreException or ModelFormatException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }
}
