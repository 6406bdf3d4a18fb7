using System.CommandLine;
using System.Text;
using Causeway.Gateway.Route;
using Causeway.Serving;
using Causeway.Wire.Chat;

namespace Causeway.Commands;

internal static class RouteCommand
{
    private static readonly Option<string?> _file = CommonOptions.File();
    private static readonly Option<string?> _model = new("--model") { Description = "The model asked for. Default: the body's." };
    private static readonly Option<string?> _key = new("--key") { Description = "The name of the caller's key." };
    private static readonly Option<string[]> _headers = new("--header") { Description = "A header of the request. May be given several times.", HelpName = "NAME=VALUE" };
    private static readonly Option<string?> _body = new("--body") { Description = "The request body. Default: one user message, 'Hello'.", HelpName = "request.json" };

    public static Command Create() => new("route", "Says where requests go.") { CreateExplain() };

    private static Command CreateExplain()
    {
        var command = new Command("explain", "Says which route and targets a request would take, and why, without sending it.") { _file, _model, _key, _headers, _body };
        command.SetAction(parsed => Explain(parsed, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return TeachingHelp.Teach(command, """
            Asks the spec only: budgets and breakers of a running gateway are not looked at. Exit code 1: no route serves it. Examples:
              causeway route explain --model gpt-4o --header x-team=support
              causeway route explain --body request.json --key ci
            """);
    }

    private static int Explain(ParseResult parsed, TextWriter output, TextWriter errors)
    {
        if (SpecSource.From(parsed.GetValue(_file)).CompileAloud(errors).Plan is not { } plan) return ExitCodes.Usage;
        if (parsed.GetValue(_key) is { } key && plan.Keys.All.All(known => known.Name != key)) return Refuse(errors, $"--key {key}: the spec lists no key of this name.");
        if (ReadHeaders(parsed.GetValue(_headers) ?? []) is not { } headers) return Refuse(errors, "--header: write NAME=VALUE, for example --header x-team=support.");
        try
        {
            var body = parsed.GetValue(_body) is { } file ? File.ReadAllBytes(file) : Encoding.UTF8.GetBytes("""{"model":"-","messages":[{"role":"user","content":"Hello"}]}""");
            if (!ChatEnvelope.TryRead(body, out var envelope, out var error)) return Refuse(errors, $"--body: {error.Message}");
            if ((parsed.GetValue(_model) ?? (parsed.GetValue(_body) is null ? null : envelope.Model)) is not { } model) return Refuse(errors, "Name a --model, or give a --body that does.");
            return RouteExplanation.Explain(plan, new AskedRequest(model, parsed.GetValue(_key), headers, body), output.WriteLine) ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(errors, e.Message);
        }
    }

    private static List<KeyValuePair<string, string>>? ReadHeaders(string[] texts)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, var value]) return null;
            headers.Add(new(name, value));
        }
        return headers;
    }

    private static int Refuse(TextWriter errors, string why)
    {
        errors.WriteLine(why);
        return ExitCodes.Usage;
    }
}
