using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Causeway.Testing;

/// <summary>
/// A stand-in for Hugging Face's hub: one repository, listed and served as the hub does, from a host of its own and, as the hub does with large
/// files, by a redirect to another. What can go wrong on the way is switched on by a test.
/// </summary>
public sealed class HubStandIn : IAsyncDisposable
{
    public const string Id = "acme/tiny";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly FakeUpstream _hub;
    private readonly FakeUpstream _storage;
    private int _refusals;

    public HubStandIn()
    {
        _hub = new FakeUpstream(AnswerAsync);
        _storage = new FakeUpstream(exchange => SendAsync(exchange, Path(exchange)[1..]));
    }

    public Uri Endpoint => new($"http://127.0.0.1:{_hub.Port}/");

    /// <summary>By path; those of 1 kB and more are large files to the hub.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = [];

    /// <summary>Names that the listing gives beside the files.</summary>
    public List<string> MoreNames { get; } = [];

    /// <summary>Requests to the hub's own host and to the storage behind it, in order.</summary>
    public IEnumerable<FakeExchange> HubRequests => _hub.Requests;
    public IEnumerable<FakeExchange> StorageRequests => _storage.Requests;

    /// <summary>Only who sends this is let in.</summary>
    public string? Token { get; set; }

    /// <summary>Status of the next so many answers, with <c>Retry-After: 0</c>.</summary>
    public (int Status, int Times) Refuse { get; set; }

    /// <summary>A file whose first byte is sent wrong.</summary>
    public string? Corrupted { get; set; }

    /// <summary>After so many bytes of a file the connection breaks; null: never.</summary>
    public int? BreakAfter { get; set; }

    /// <summary>After so many bytes of a file nothing more comes, and nothing breaks; null: never.</summary>
    public int? HangAfter { get; set; }

    /// <summary>How often it breaks.</summary>
    public int Breaks { get; set; } = int.MaxValue;

    /// <summary>More bytes than were announced.</summary>
    public bool SendsTooMuch { get; set; }

    /// <summary>Ranges are not understood: all of a file comes.</summary>
    public bool IgnoresRanges { get; set; }

    /// <summary>Where large files are, instead of the storage.</summary>
    public string? RedirectTo { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private Task AnswerAsync(FakeExchange exchange)
    {
        if (Interlocked.Increment(ref _refusals) <= Refuse.Times) return exchange.AnswerAsync(Refuse.Status, "application/json", "{}", "Retry-After: 0\r\n");
        if (Token is not null && exchange.Header("Authorization") != "Bearer " + Token) return exchange.AnswerAsync(401, "application/json", """{"error":"Invalid username or password."}""");
        var path = Path(exchange);
        if (path.StartsWith($"/api/models/{Id}/revision/", StringComparison.Ordinal)) return exchange.AnswerAsync(200, "application/json", Listing());
        var prefix = $"/{Id}/resolve/{Commit}/";
        var name = path.StartsWith(prefix, StringComparison.Ordinal) ? Uri.UnescapeDataString(path[prefix.Length..]) : "";
        if (!Files.TryGetValue(name, out var content)) return exchange.AnswerAsync(404, "application/json", """{"error":"Repository not found"}""");
        if (!IsLarge(content)) return SendAsync(exchange, name);
        return exchange.AnswerAsync(302, "text/plain", "", $"Location: {RedirectTo ?? $"http://127.0.0.1:{_storage.Port}/{name}"}\r\n");
    }

    private async Task SendAsync(FakeExchange exchange, string name)
    {
        var content = (byte[])Files[Uri.UnescapeDataString(name)].Clone();
        if (name == Corrupted) content[0] ^= 0xff;
        if (SendsTooMuch) content = [.. content, 1];
        var from = exchange.Header("Range") is { } range && !IgnoresRanges ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        var head = from > 0 ? $"HTTP/1.1 206 X\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n" : "HTTP/1.1 200 X\r\n";
        await exchange.RawAsync($"{head}Content-Length: {content.Length - from}\r\n\r\n");
        if (BreakAfter is { } some && content.Length - from > some && Breaks-- > 0)
        {
            await exchange.RawAsync(content.AsMemory(from, some));
            exchange.Close();
            return;
        }
        if (HangAfter is { } few && content.Length - from > few)
        {
            await exchange.RawAsync(content.AsMemory(from, few));
            await exchange.UntilHangUpAsync();
            return;
        }
        await exchange.RawAsync(content.AsMemory(from));
    }

    private string Listing()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("sha", Commit);
            json.WriteStartObject("cardData");
            json.WriteString("license", "apache-2.0");
            json.WriteEndObject();
            json.WriteStartArray("siblings");
            foreach (var (name, content) in Files) WriteFile(json, name, content);
            foreach (var name in MoreNames) WriteFile(json, name, [1]);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteFile(Utf8JsonWriter json, string name, byte[] content)
    {
        json.WriteStartObject();
        json.WriteString("rfilename", name);
        json.WriteNumber("size", content.Length);
        if (IsLarge(content))
        {
            json.WriteStartObject("lfs");
            json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(content)));
            json.WriteNumber("size", content.Length);
            json.WriteEndObject();
        }
        else json.WriteString("blobId", GitId(content));
        json.WriteEndObject();
    }

    private static string GitId(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsLarge(byte[] content) => content.Length >= 1000;

    private static string Path(FakeExchange exchange) => exchange.Head.Split(' ')[1].Split('?')[0];
}
