using System.CommandLine;
using Causeway.Cataloguing;
using Causeway.Models;
using Causeway.Serving;

namespace Causeway.Commands;

internal static class ModelsCommand
{
    public static Command Create() => TeachingHelp.Teach(
        new Command("models", "The models that an upstream of type embedded can run: list, add, pull, show and remove them.")
        {
            CreateList(), CreateAdd(), CreatePull(), CreateShow(), CreateRemove(),
        }, """
        The store is a folder, `models` in the data folder unless --models names another. A running gateway sees what is added. Examples:
          causeway models pull HuggingFaceTB/SmolLM2-135M-Instruct
          causeway models pull Qwen/Qwen3-0.6B-GGUF --quant Q8_0 --name small
          causeway models add ~/models/my-finetune --name mine
          causeway models show small
        """);

    private static Command CreateList()
    {
        var (data, models) = (CommonOptions.Data(), CommonOptions.Models());
        var command = new Command("list", "Lists the models of the store and their adapters, with what they were made of and where they came from.") { data, models };
        command.SetAction(parsed => Guarded(parsed.InvocationConfiguration.Error, () =>
        {
            var store = ModelStore.Of(parsed.GetValue(models), parsed.GetRequiredValue(data));
            var rows = store.List().SelectMany(ModelRows.Of).ToList();
            if (rows.Count == 0) parsed.InvocationConfiguration.Error.WriteLine($"{store.Folder} has no models. 'causeway models pull OWNER/NAME' brings one.");
            else PlainTable.Write(parsed.InvocationConfiguration.Output, [ModelRows.Headings, .. rows], 1);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateAdd()
    {
        var (data, models, name) = (CommonOptions.Data(), CommonOptions.Models(), Name());
        var path = new Argument<string>("path") { Description = "A folder in Hugging Face's layout, a .gguf file, or with --adapter-of a folder with a PEFT LoRA adapter." };
        var adapterOf = new Option<string?>("--adapter-of") { Description = "The path is an adapter of this model of the store; callers then ask for MODEL:NAME.", HelpName = "MODEL" };
        var command = new Command("add", "Keeps a model of this machine under a name; nothing is copied.") { path, name, adapterOf, data, models };
        command.SetAction(parsed => Guarded(parsed.InvocationConfiguration.Error, () =>
        {
            var store = ModelStore.Of(parsed.GetValue(models), parsed.GetRequiredValue(data));
            var from = parsed.GetRequiredValue(path);
            var called = parsed.GetValue(name) ?? (ModelName.TryDerive(Path.GetFullPath(from), out var derived) ? derived : throw new ModelStoreException("Say what it shall be called: --name."));
            if (parsed.GetValue(adapterOf) is { } model)
            {
                store.AddAdapter(from, model, called);
                parsed.InvocationConfiguration.Output.WriteLine($"{model}:{called}");
            }
            else parsed.InvocationConfiguration.Output.WriteLine(store.Add(from, called).Name);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreatePull()
    {
        var (data, models, name) = (CommonOptions.Data(), CommonOptions.Models(), Name());
        var id = new Argument<string>("repository") { Description = "OWNER/NAME of the Hugging Face hub." };
        var revision = new Option<string>("--revision") { Description = "A branch, a tag or a commit.", HelpName = "REV", DefaultValueFactory = _ => "main" };
        var quant = new Option<string?>("--quant") { Description = "Take the GGUF file with this quantization in its name: Q8_0, Q4_K_M.", HelpName = "QUANT" };
        var command = new Command("pull", "Brings a model from the Hugging Face hub.") { id, revision, quant, name, data, models };
        command.SetAction(async (parsed, _) =>
        {
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var request = new PullRequest(parsed.GetRequiredValue(id), parsed.GetRequiredValue(revision), parsed.GetValue(quant), parsed.GetValue(name));
            return await GuardedAsync(errors, () => PullAsync(request, ModelStore.Of(parsed.GetValue(models), parsed.GetRequiredValue(data)), output, errors));
        });
        return TeachingHelp.Teach(command, """
            Only what runs here is brought: configuration, tokenizer and safetensors, or the one GGUF file that --quant names. Each file is
            checked against the checksum that the hub announces. Ctrl+C keeps what has come, and the same command goes on from there.
            HF_TOKEN opens private and gated repositories; it is sent to the hub's own host only. HF_ENDPOINT names another hub.
            """);
    }

    private static async Task<int> PullAsync(PullRequest request, ModelStore store, TextWriter output, TextWriter errors)
    {
        using var signal = new StopSignal();
        using var stop = new CancellationTokenSource();
        _ = signal.First.ContinueWith(_ => stop.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        using var hub = new HubClient(HubOptions.FromEnvironment(Environment.GetEnvironmentVariable), TimeProvider.System);
        try
        {
            var entry = await new ModelPull(hub, store, TimeProvider.System).RunAsync(request, output, !Console.IsOutputRedirected, stop.Token);
            output.WriteLine($"{entry.Name}  ({entry.Path})");
            return ExitCodes.Success;
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("Stopped. What has come is kept; the same command goes on from there.");
            return ExitCodes.Failure;
        }
    }

    private static Command CreateRemove()
    {
        var (data, models) = (CommonOptions.Data(), CommonOptions.Models());
        var name = new Argument<string>("name") { Description = "A model of the store." };
        var command = new Command("rm", "Takes a model out of the store. Files that were pulled go with it; files that were added stay.") { name, data, models };
        command.SetAction(parsed => Guarded(parsed.InvocationConfiguration.Error, () =>
        {
            var entry = ModelStore.Of(parsed.GetValue(models), parsed.GetRequiredValue(data)).Remove(parsed.GetRequiredValue(name));
            parsed.InvocationConfiguration.Output.WriteLine(entry.IsOwned ? $"{entry.Name} and its files are gone." : $"{entry.Name} is gone from the store; {entry.Path} stays.");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateShow()
    {
        var (data, models) = (CommonOptions.Data(), CommonOptions.Models());
        var name = new Argument<string>("name") { Description = "A model of the store, or the path of one." };
        var command = new Command("show", "Says what a model is: architecture, size, context, quantization, licence, memory it takes.") { name, data, models };
        command.SetAction(parsed => Guarded(parsed.InvocationConfiguration.Error, () =>
        {
            var store = ModelStore.Of(parsed.GetValue(models), parsed.GetRequiredValue(data));
            var asked = parsed.GetRequiredValue(name);
            var choice = store.Resolve(asked, mayBePath: true) ?? throw new ModelStoreException($"No model '{asked}': {store.Missing(asked)}.");
            ModelFacts.Write(parsed.InvocationConfiguration.Output, choice.Entry);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Option<string?> Name() => new("--name") { Description = "What it is called in the store. Default: made of its own name.", HelpName = "NAME" };

    private static int Guarded(TextWriter errors, Func<int> run) => GuardedAsync(errors, () => Task.FromResult(run())).GetAwaiter().GetResult();

    private static async Task<int> GuardedAsync(TextWriter errors, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (e is ModelStoreException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }
}
