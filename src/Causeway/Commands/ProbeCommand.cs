using System.CommandLine;
using System.Globalization;
using Causeway.Embedded;
using Causeway.Gateway;
using Causeway.Gateway.Probe;
using Causeway.Probing;
using Causeway.Serving;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Commands;

internal static class ProbeCommand
{
    private static readonly Argument<string> _target = new("upstream/model") { Description = "An upstream of the spec and its own name of a model. Without a model: the first one that a route names." };
    private static readonly Option<string?> _file = CommonOptions.File();
    private static readonly Option<decimal?> _maxCost = new("--max-cost") { Description = "Dollars it may cost. Needs a price, from the spec or the catalog.", HelpName = "USD" };
    private static readonly Option<int> _maxTokens = new("--max-tokens") { Description = "Tokens it may cost, prompts and answers together.", DefaultValueFactory = _ => 20_000 };
    private static readonly Option<string?> _out = new("--out") { Description = "Where the profile goes. Default: profiles/UPSTREAM-MODEL.profile.json.", HelpName = "FILE" };
    private static readonly Option<string?> _diff = new("--diff") { Description = "An older profile: print what changed, and exit with 1 if something got worse.", HelpName = "FILE" };
    private static readonly Option<bool> _json = new("--json") { Description = "The checklist as one JSON object on standard output." };

    public static Command Create()
    {
        var command = new Command("probe", "Asks an upstream the compatibility checklist, prints pass, shim or fail with the evidence, and writes a capability profile.")
        {
            _target, _file, _maxCost, _maxTokens, _out, _diff, _json,
        };
        command.SetAction(RunAsync);
        return TeachingHelp.Teach(command, """
            It sends some sixty small requests to the real upstream, so it costs money; both caps are checked before each request.
            pass: the upstream does it; shim: the gateway does it instead; fail: nobody does; unknown: nothing was proven.
            Ctrl+C stops it and keeps what was measured. Name the written file in the spec as the upstream's `profile`. Examples:
              causeway probe bedrock/qwen.qwen3-coder-next --max-cost 0.05
              causeway probe local/small --diff profiles/local-small.profile.json
            """);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        if (SpecSource.From(parsed.GetValue(_file)).CompileAloud(errors).Plan is not { } plan) return ExitCodes.Usage;
        if (ReadOptions(parsed, plan, errors) is not { } options) return ExitCodes.Usage;
        CapabilityProfile? older = null;
        if (parsed.GetValue(_diff) is { } olderFile && !ProfileFiles.TryRead(olderFile, errors, out older)) return ExitCodes.Usage;

        using var plans = new PlanState(plan, upstream => new EmbeddedUpstream(upstream, CommonOptions.DefaultData, TimeProvider.System, NullLogger.Instance), TimeProvider.System);
        using var signal = new StopSignal();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, signal.Second);
        _ = signal.First.ContinueWith(_ => stop.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var outcome = await UpstreamProbe.RunAsync(plans, options, TimeProvider.System, progress => Tell(errors, progress), stop.Token);

        if (parsed.GetValue(_json)) ProbeReport.WriteJson(output, options, outcome);
        else ProbeReport.WriteTable(output, outcome);
        if (outcome.Stopped is { } why) errors.WriteLine($"Not everything was measured: {why}.");
        if (outcome.Profile is not { } profile) return ExitCodes.Failure;
        if (!ProfileFiles.TryWrite(parsed.GetValue(_out) ?? ProfileFiles.DefaultName(profile), profile, errors)) return ExitCodes.Failure;
        return older is not null && ProfileDiff.Write(errors, older, profile) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static ProbeOptions? ReadOptions(ParseResult parsed, Plan plan, TextWriter errors)
    {
        var parts = parsed.GetValue(_target)!.Split('/', 2);
        var upstream = plan.Upstreams.FirstOrDefault(known => known.Name == parts[0]);
        if (upstream is null)
        {
            errors.WriteLine($"The spec has no upstream '{parts[0]}'. It has: {string.Join(", ", plan.Upstreams.Select(known => known.Name))}.");
            return null;
        }
        var model = parts.Length > 1 ? parts[1] : plan.Routes.All.SelectMany(route => route.Targets).FirstOrDefault(target => target.Upstream == parts[0] && target.Model is not null)?.Model;
        if (model is null)
        {
            errors.WriteLine($"No route names a model of '{parts[0]}'. Say which: causeway probe {parts[0]}/MODEL");
            return null;
        }
        var options = new ProbeOptions
        {
            Upstream = parts[0], Model = model, MaxTokens = parsed.GetValue(_maxTokens), MaxCost = parsed.GetValue(_maxCost), Price = plan.Prices.Find(parts[0], model),
        };
        if (options is not { MaxCost: not null, Price: null }) return options;
        errors.WriteLine($"--max-cost: no price of {model} is known. Add it to the spec under prices, or use --max-tokens.");
        return null;
    }

    private static void Tell(TextWriter errors, ProbeProgress progress) => errors.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{progress.Done}/{progress.Total}  {progress.Latest.Verdict.ToString().ToLowerInvariant(),-8}{progress.Latest.Name}  (about {progress.Left.TotalSeconds:0} s left)"));
}
