using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Causeway.Serving;

namespace Causeway.Commands;

/// <summary>The kill switch: talks to the running gateway of a data folder.</summary>
internal static class KillCommand
{
    private const string Path = "/admin/v1/kills";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly Option<bool> _json = new("--json") { Description = "Print the gateway's answer as it is." };

    public static Command CreateKill()
    {
        var (kind, name, data) = (KindArgument(), NameArgument(), CommonOptions.Data());
        var reason = new Option<string>("--reason") { Description = "Why, for those who find it switched off.", DefaultValueFactory = _ => "" };
        var now = new Option<bool>("--now") { Description = "End requests in progress too." };
        var command = new Command("kill", "Switches a route or an upstream of the running gateway off, at once.") { kind, name, reason, now, data, _json };
        command.SetAction((parsed, cancel) =>
        {
            var body = Body(parsed.GetValue(kind), parsed.GetValue(name), parsed.GetValue(reason), parsed.GetValue(now));
            return SendAsync(parsed, parsed.GetValue(data), new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(body) }, cancel);
        });
        return TeachingHelp.Teach(command, """
            A killed route answers 503 route_killed. A killed upstream is asked nothing; the route's other targets go on.
            Requests in progress finish, unless --now. It stays off over reloads and restarts until 'causeway unkill', and is in the audit log.
            Exit code 1 and a word on standard error: it is off, but that could not be written down.
              causeway kill route support-chat --reason "wrong answers"
              causeway kill upstream bedrock --now
            """);
    }

    public static Command CreateUnkill()
    {
        var (kind, name, data) = (KindArgument(), NameArgument(), CommonOptions.Data());
        var command = new Command("unkill", "Switches on again what was killed.") { kind, name, data, _json };
        command.SetAction((parsed, cancel) => SendAsync(parsed, parsed.GetValue(data),
            new HttpRequestMessage(HttpMethod.Delete, $"{Path}/{parsed.GetValue(kind)}/{Uri.EscapeDataString(parsed.GetValue(name) ?? "")}"), cancel));
        return command;
    }

    public static Command CreateKills()
    {
        var data = CommonOptions.Data();
        var command = new Command("kills", "Lists what is switched off in the running gateway.") { data, _json };
        command.SetAction((parsed, cancel) => SendAsync(parsed, parsed.GetValue(data), new HttpRequestMessage(HttpMethod.Get, Path), cancel));
        return command;
    }

    private static Argument<string> KindArgument()
    {
        var kind = new Argument<string>("kind") { Description = "route or upstream." };
        kind.AcceptOnlyFromAmong("route", "upstream");
        return kind;
    }

    private static Argument<string> NameArgument() => new("name") { Description = "Its name in the spec." };

    private static byte[] Body(string? kind, string? name, string? reason, bool now)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            json.WriteString("name", name);
            json.WriteString("reason", reason);
            json.WriteBoolean("now", now);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static async Task<int> SendAsync(ParseResult parsed, string? data, HttpRequestMessage request, CancellationToken cancel)
    {
        var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var folder = System.IO.Path.GetFullPath(data ?? "");
        if (AdminFile.Read(folder) is not { } admin)
        {
            errors.WriteLine($"No gateway runs with the data folder {folder}, or its admin.json is another user's. Name the folder with --data.");
            return ExitCodes.Failure;
        }
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = admin.Url, Timeout = _patience };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + admin.Token);
            using var answer = await http.SendAsync(request, cancel);
            var text = await answer.Content.ReadAsStringAsync(cancel);
            if (parsed.GetValue(_json)) output.WriteLine(text);
            return Print(answer.IsSuccessStatusCode, text, parsed.GetValue(_json) ? TextWriter.Null : output, errors);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            errors.WriteLine($"The gateway at {admin.Url} did not answer: {e.Message}");
            return ExitCodes.Failure;
        }
    }

    private static int Print(bool isSuccess, string text, TextWriter output, TextWriter errors)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        if (!isSuccess)
        {
            errors.WriteLine(root.GetProperty("error").GetProperty("message").GetString());
            return ExitCodes.Failure;
        }
        foreach (var kill in root.GetProperty("kills").EnumerateArray())
            output.WriteLine($"off  {Text(kill, "kind"),-8}  {Text(kill, "name")}  since {Since(kill)}  {Text(kill, "reason")}".TrimEnd());
        if (root.GetProperty("kills").GetArrayLength() == 0) output.WriteLine("Nothing is switched off.");
        output.WriteLine($"plan {Text(root, "plan")}");
        if (root.GetProperty("problem").GetString() is not { } problem) return ExitCodes.Success;
        errors.WriteLine($"It is off, but that could not be recorded, so it will be on again after a restart: {problem}");
        return ExitCodes.Failure;
    }

    private static string Since(JsonElement kill) => kill.GetProperty("since").GetDateTimeOffset().ToString("u", CultureInfo.InvariantCulture);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
