using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Causeway.Serving;

/// <summary>
/// <c>admin.json</c> of the data folder: where the running gateway's admin API is, and the token it takes. Only its owner can read it; it is made
/// anew at every start and goes with the process.
/// </summary>
internal sealed class AdminFile : IDisposable
{
    private const string Name = "admin.json";
    private readonly string _path;

    private AdminFile(string path) => _path = path;

    /// <summary>256 random bits.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <exception cref="IOException">It cannot be written.</exception>
    public static AdminFile Write(string dataFolder, Uri address, string token)
    {
        var path = Path.Combine(dataFolder, Name);
        // A file that is there keeps its mode, so it must not be there.
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("url", address.ToString().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal).TrimEnd('/'));
        json.WriteString("token", token);
        json.WriteEndObject();
        return new AdminFile(path);
    }

    /// <summary>Null when no gateway has left one there.</summary>
    public static (Uri Url, string Token)? Read(string dataFolder)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(dataFolder, Name)));
            var root = document.RootElement;
            return Uri.TryCreate(root.GetProperty("url").GetString(), UriKind.Absolute, out var url) && root.GetProperty("token").GetString() is { } token ? (url, token) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    public void Dispose() => File.Delete(_path);
}
