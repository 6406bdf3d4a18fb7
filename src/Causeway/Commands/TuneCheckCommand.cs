using System.CommandLine;
using Causeway.Engine.Formats;
using Causeway.Models;
using Causeway.Spec.Plans;
using Causeway.Tuning;
using Causeway.Tuning.Datasets;

namespace Causeway.Commands;

internal static class TuneCheckCommand
{
    public static Command Create()
    {
        var (data, models) = (CommonOptions.Data(), CommonOptions.Models());
        var file = new Argument<string>("file") { Description = "JSON lines in OpenAI's format for fine-tuning." };
        var method = new Option<string>("--method") { Description = "supervised: conversations; dpo: two answers to a prompt, the better one first.", HelpName = "METHOD", DefaultValueFactory = _ => "supervised" };
        method.AcceptOnlyFromAmong("supervised", "dpo");
        var model = new Option<string?>("--model") { Description = "A model of the store, or the path of one: count its tokens, and find what its chat template refuses.", HelpName = "NAME" };
        var validation = new Option<string?>("--validation") { Description = "The file that measures: its prompts must not be among those that are learnt.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "One JSON object on standard output." };
        var command = new Command("check", "Says everything that keeps a file from being learnt from, by line; else its examples, its version and its tokens.") { file, method, model, validation, json, data, models };
        command.SetAction(parsed => TuneCommand.Guarded(parsed.InvocationConfiguration.Error, () =>
        {
            var store = ModelStore.Of(parsed.GetValue(models), parsed.GetRequiredValue(data));
            using var files = parsed.GetValue(model) is { } named ? Open(store, named) : null;
            var report = new DatasetReport(parsed.GetRequiredValue(file), parsed.GetValue(validation), parsed.GetValue(method) == "dpo" ? TuningMethod.Dpo : TuningMethod.Supervised,
                files, Math.Min(files?.Config.Context ?? 0, EmbeddedPlan.DefaultContext));
            if (parsed.GetValue(json)) report.WriteJson(parsed.InvocationConfiguration.Output);
            else report.Write(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            return report.IsFine ? ExitCodes.Success : ExitCodes.Failure;
        }));
        return TeachingHelp.Teach(command, """
            Exit code 0: it can be learnt from; 1: it cannot, or the validation file leaks. Up to 20 problems are told at once.
            The format, and every rule: docs/reference/tuning-datasets.md.
            """);
    }

    private static ModelFiles Open(ModelStore store, string name)
    {
        var choice = store.Resolve(name, mayBePath: true) ?? throw new ModelStoreException($"No model '{name}': {store.Missing(name)}.");
        return ModelFiles.Open(choice.Entry.Path);
    }
}
