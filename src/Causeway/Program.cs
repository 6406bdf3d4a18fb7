using System.CommandLine;
using Causeway;
using Causeway.Commands;

WideBuild.TakeOver();
SocketScheduling.RunContinuationsInline();

var root = new RootCommand("Causeway moves a stack built on the OpenAI API onto open-weight models, one route at a time: measured, guarded, reversible.")
{
    ServeCommand.Create(),
    CheckCommand.Create(),
    PlanCommand.Create(),
    RouteCommand.Create(),
    KeyCommand.Create(),
    LogCommand.Create(),
    AuditCommand.Create(),
    CatalogCommand.Create(),
    ModelsCommand.Create(),
    TuneCommand.Create(),
    ProbeCommand.Create(),
    KillCommand.CreateKill(),
    KillCommand.CreateUnkill(),
    KillCommand.CreateKills(),
};
TeachingHelp.Teach(root, """
    Start here:
      causeway serve                       serve the very small model that comes along; no key, no network, no configuration
      causeway check -f causeway.yaml      find mistakes in a spec before it is served
      causeway serve -f causeway.yaml      serve your routes; the file is reloaded when it changes
      causeway log --follow                watch exchanges as they are settled
    """);
TeachingHelp.Install(root);

var parsed = root.Parse(args);
// Without a termination timeout the library leaves signals alone: serve drains by itself, everything else may just stop.
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
