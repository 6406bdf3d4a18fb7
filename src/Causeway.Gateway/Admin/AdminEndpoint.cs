using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Causeway.Gateway.Tuning;
using Causeway.Ledger;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Admin;

/// <summary><c>/admin/v1/…</c>: what an operator may ask a running gateway. From this machine only, and only with the token of its data folder.</summary>
internal sealed class AdminEndpoint(KillState kills, TuningDoor? tuning, string token)
{
    public const string Prefix = "/admin/v1/";

    private const int MaxBody = 16 << 10;
    private const string KillsPath = Prefix + "kills";

    // The operator's own way to /v1/files and /v1/fine_tuning, whatever keys the spec lists.
    private const string TuningPath = Prefix + "tuning";
    private readonly byte[] _expected = Encoding.UTF8.GetBytes("Bearer " + token);

    public Task HandleAsync(HttpContext http, string path)
    {
        if (!IsLocal(http.Connection) || !HasToken(http.Request))
            return ErrorResponse.WriteAsync(http, ErrorCodes.AdminRefused.Error("The admin API answers this machine only, with the token of admin.json in the data folder."));
        return (http.Request.Method, path) switch
        {
            ("GET", KillsPath) => ListAsync(http, null),
            ("POST", KillsPath) => KillAsync(http),
            ("DELETE", _) when path.StartsWith(KillsPath + "/", StringComparison.Ordinal) => ReviveAsync(http, path[(KillsPath.Length + 1)..]),
            _ when tuning is not null && path.StartsWith(TuningPath, StringComparison.Ordinal) && TuningDoor.Leads(path[TuningPath.Length..]) =>
                tuning.EnterAsync(http, path[TuningPath.Length..]),
            _ => ErrorResponse.WriteAsync(http, ErrorCodes.UnknownUrl.Error("The admin API has GET and POST /admin/v1/kills, and DELETE /admin/v1/kills/{kind}/{name}.")),
        };
    }

    private async Task KillAsync(HttpContext http)
    {
        var buffer = new byte[MaxBody + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length > MaxBody || !TryRead(buffer.AsMemory(0, length), out var kind, out var name, out var reason, out var now))
        {
            await ErrorResponse.WriteAsync(http, ErrorCodes.InvalidJson.Error("Send {\"kind\": \"route\" or \"upstream\", \"name\": \"…\", \"reason\": \"…\", \"now\": false}."));
            return;
        }
        var outcome = await kills.KillAsync(kind, name, reason, now);
        if (outcome.IsKnown) await ListAsync(http, outcome.Problem);
        else await UnknownAsync(http, $"The plan has no {KillFile.Word(kind)} '{Short(name)}'. 'causeway plan' prints the names.");
    }

    private async Task ReviveAsync(HttpContext http, string what)
    {
        var slash = what.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || KillFile.KindOf(what[..slash]) is not { } kind)
        {
            await UnknownAsync(http, "Name what to switch on as /admin/v1/kills/{kind}/{name}; kind is route or upstream.");
            return;
        }
        try
        {
            var outcome = await kills.ReviveAsync(kind, what[(slash + 1)..]);
            if (outcome.IsKnown) await ListAsync(http, null);
            else await UnknownAsync(http, $"The {KillFile.Word(kind)} '{Short(what[(slash + 1)..])}' is not switched off. 'causeway kills' lists what is.");
        }
        catch (Exception e) when (e is LedgerException or IOException or UnauthorizedAccessException)
        {
            await ErrorResponse.WriteAsync(http, ErrorCodes.InternalError.Error($"It stays off, because switching it on could not be recorded: {e.Message}"));
        }
    }

    private Task ListAsync(HttpContext http, string? problem) => JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (kills, problem), static (buffer, state) =>
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("plan", state.kills.PlanHash);
        KillFile.WriteArray(json, state.kills.Current);
        json.WriteString("problem", state.problem);
        json.WriteEndObject();
    });

    private static Task UnknownAsync(HttpContext http, string message) => ErrorResponse.WriteAsync(http, ErrorCodes.KillUnknown.Error(message));

    private static string Short(string name) => name.Length <= 100 ? name : name[..100];

    private static bool TryRead(ReadOnlyMemory<byte> body, out Spec.Plans.KillKind kind, out string name, out string reason, out bool now)
    {
        (kind, name, reason, now) = (default, "", "", false);
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (KillFile.KindOf(root.GetProperty("kind").GetString()) is not { } known || root.GetProperty("name").GetString() is not { Length: > 0 } given) return false;
            (kind, name) = (known, given);
            if (root.TryGetProperty("reason", out var words)) reason = words.GetString() ?? "";
            now = root.TryGetProperty("now", out var hurry) && hurry.GetBoolean();
            return reason.Length <= 1000;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    private bool HasToken(HttpRequest request) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), _expected);

    private static bool IsLocal(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { } from && (IPAddress.IsLoopback(from) || from.Equals(connection.LocalIpAddress));
}
