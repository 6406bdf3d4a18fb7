using System.CommandLine;
using Causeway.Serving;

namespace Causeway.Commands;

internal static class ServeCommand
{
    public static Command Create()
    {
        var file = CommonOptions.File();
        var data = CommonOptions.Data();
        var listen = new Option<string>("--listen")
        {
            Description = "Address and port. Beyond this machine the spec must list keys (causeway key new).",
            HelpName = "127.0.0.1:8080",
            DefaultValueFactory = _ => "127.0.0.1:8080",
        };
        var open = new Option<bool>("--allow-anonymous")
        {
            Description = "Serve other machines although the spec lists no keys. Anybody who reaches the port can spend your money.",
        };
        var command = new Command("serve", "Runs the gateway: an OpenAI-compatible endpoint that serves the routes of a spec.") { file, listen, data, open };
        command.SetAction(async (parsed, cancel) =>
        {
            var errors = parsed.InvocationConfiguration.Error;
            if (!ListenAddress.TryParse(parsed.GetValue(listen)!, out var endpoint))
            {
                errors.WriteLine($"--listen {parsed.GetValue(listen)} is not an address with a port. Use for example 127.0.0.1:8080, [::1]:8080 or *:8080.");
                return ExitCodes.Usage;
            }
            var request = new ServeRequest(SpecSource.From(parsed.GetValue(file), parsed.GetValue(data)), endpoint, Path.GetFullPath(parsed.GetValue(data)!), parsed.GetValue(open));
            return await Serving.Serve.RunAsync(request, parsed.InvocationConfiguration.Output, errors);
        });
        return TeachingHelp.Teach(command, """
            Without a spec it serves causeway-tiny, a very small model that lies beside the executable; without that, a rehearsal.
            A changed spec file (or SIGHUP) is compiled and put into force without dropping a request; a bad one is refused.
            SIGTERM or Ctrl+C: no new connections, running answers finish (30 s at most), the ledger is flushed. A second one hurries.
            """);
    }
}
