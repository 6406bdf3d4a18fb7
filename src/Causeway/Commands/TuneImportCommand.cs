using System.CommandLine;
using Causeway.Models;
using Causeway.Tuning.Exchange;

namespace Causeway.Commands;

internal static class TuneImportCommand
{
    public static Command Create()
    {
        var (data, models) = (CommonOptions.Data(), CommonOptions.Models());
        var path = new Argument<string>("path") { Description = "A folder with a PEFT adapter, or a whole model that was trained elsewhere: a folder in Hugging Face's layout, or a .gguf file." };
        var parent = new Option<string>("--base") { Description = "The model of the store that it was made of.", HelpName = "MODEL", Required = true };
        var name = new Option<string?>("--name") { Description = "What it is called in the store. Default: made of its own name.", HelpName = "NAME" };
        var any = new Option<bool>("--any-base") { Description = "Take an adapter although it says that it was made for another base. Names and shapes must fit all the same." };
        var command = new Command("import", "Takes over an adapter or a model that was trained elsewhere, after holding it against its base.") { path, parent, name, any, data, models };
        command.SetAction(parsed => TuneCommand.Guarded(parsed.InvocationConfiguration.Error, () =>
        {
            var import = new ModelImport(ModelStore.Of(parsed.GetValue(models), parsed.GetRequiredValue(data)), TimeProvider.System, parsed.InvocationConfiguration.Error.WriteLine);
            var request = new ImportRequest(parsed.GetRequiredValue(path), parsed.GetRequiredValue(parent), parsed.GetValue(name), parsed.GetValue(any));
            parsed.InvocationConfiguration.Output.WriteLine(import.Run(request));
            return ExitCodes.Success;
        }));
        return TeachingHelp.Teach(command, """
            Checked before anything is kept: names and shapes against the base, that every number is finite, options of PEFT that would change
            the numbers and are not computed (DoRA, modules_to_save and others are named), and what the adapter says of its base. The files are
            copied into the store; 'causeway models list' shows what came from where.
            """);
    }
}
