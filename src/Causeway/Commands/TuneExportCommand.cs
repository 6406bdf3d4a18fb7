using System.CommandLine;
using Causeway.Engine.Formats;
using Causeway.Models;
using Causeway.Serving;
using Causeway.Tuning.Exchange;

namespace Causeway.Commands;

internal static class TuneExportCommand
{
    private static readonly Argument<string> _what = new("what") { Description = "MODEL:ADAPTER or MODEL of the store, a fine-tuning job, or the folder of an adapter." };
    private static readonly Option<string> _to = new("--to") { Description = "Where it goes: a folder that is not there yet; for gguf a file, or a folder for it.", HelpName = "PATH", Required = true };
    private static readonly Option<string> _format = new("--format") { Description = "peft: the adapter alone; safetensors: a whole model in Hugging Face's layout; gguf: a whole model for llama.cpp.", HelpName = "FORMAT", Required = true };
    private static readonly Option<string> _type = new("--type") { Description = "How a whole model's weights are stored: f32, f16, bf16; for gguf also q8_0.", HelpName = "TYPE", DefaultValueFactory = _ => "bf16" };
    private static readonly Option<string?> _base = new("--base") { Description = "The model that an adapter's folder belongs to. Default: what its lineage says.", HelpName = "MODEL" };
    private static readonly Option<string> _data = CommonOptions.Data();
    private static readonly Option<string?> _models = CommonOptions.Models();

    public static Command Create()
    {
        _format.AcceptOnlyFromAmong("peft", "safetensors", "gguf");
        _type.AcceptOnlyFromAmong("f32", "f16", "bf16", "q8_0");
        var command = new Command("export", "Writes an adapter, or a model with an adapter worked into its weights, for other tools.") { _what, _to, _format, _type, _base, _data, _models };
        command.SetAction(parsed => TuneCommand.Guarded(parsed.InvocationConfiguration.Error, () => Run(parsed)));
        return TeachingHelp.Teach(command, """
            What is written appears whole or not at all; Ctrl+C leaves nothing. A GGUF file has tokenizer and chat template in it, and is opened
            again before it gets its name: a model that the format cannot say is refused. Examples:
              causeway tune export small:support --to ./support --format peft
              causeway tune export small:support --to support.gguf --format gguf --type q8_0
            """);
    }

    private static int Run(ParseResult parsed)
    {
        var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var format = parsed.GetValue(_format) switch { "peft" => ExportFormat.Peft, "gguf" => ExportFormat.Gguf, _ => ExportFormat.Safetensors };
        var type = parsed.GetValue(_type) switch { "f32" => TensorType.F32, "f16" => TensorType.F16, "q8_0" => TensorType.Q8_0, _ => TensorType.BF16 };
        if (type == TensorType.Q8_0 && format == ExportFormat.Safetensors)
        {
            errors.WriteLine("safetensors has no q8_0: choose f32, f16 or bf16, or --format gguf.");
            return ExitCodes.Usage;
        }
        var choice = AdapterChoice.Find(ModelStore.Of(parsed.GetValue(_models), parsed.GetRequiredValue(_data)), parsed.GetRequiredValue(_what), parsed.GetValue(_base));
        using var signal = new StopSignal();
        using var stop = new CancellationTokenSource();
        _ = signal.First.ContinueWith(_ => stop.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        PullProgress? progress = null;
        try
        {
            var made = new AdapterExport(choice, type, bytes => (progress = new PullProgress(errors, bytes, !Console.IsErrorRedirected, TimeProvider.System)).Add, stop.Token)
                .Write(format, parsed.GetRequiredValue(_to));
            progress?.Dispose();
            output.WriteLine($"{made}  ({PullProgress.Size(ModelSize.Of(made))})");
            return ExitCodes.Success;
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("Stopped. Nothing is left of it.");
            return ExitCodes.Failure;
        }
        finally
        {
            progress?.Dispose();
        }
    }
}
