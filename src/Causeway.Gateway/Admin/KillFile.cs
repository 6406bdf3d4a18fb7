using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Admin;

/// <summary>
/// What is switched off, kept in <c>kills.json</c> of the data folder so that it stays off over a restart. A file that cannot be read is an error,
/// never "nothing is killed": what somebody switched off in an emergency must not come back by itself.
/// </summary>
public static class KillFile
{
    /// <summary>More than any spec has routes and upstreams.</summary>
    internal const int MaxKills = 10_000;

    private const string Name = "kills.json";
    private const string NewName = Name + ".new";

    /// <exception cref="IOException">The file is there but cannot be read or understood; the message says what to do.</exception>
    public static ImmutableArray<Kill> Read(string dataFolder)
    {
        var path = Path.Combine(dataFolder, Name);
        if (!File.Exists(path)) return [];
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. document.RootElement.GetProperty("kills").EnumerateArray().Select(Read)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new IOException($"{path} cannot be understood ({e.Message}), so it is not known what is switched off. Mend it, or remove it to switch everything on.", e);
        }
    }

    /// <summary>Replaces the file as a whole and completes when it is on disk.</summary>
    /// <exception cref="IOException">It could not be written; the old one is still there.</exception>
    internal static void Write(string dataFolder, ImmutableArray<Kill> kills)
    {
        Stage(dataFolder, kills);
        Commit(dataFolder);
    }

    /// <summary>Writes the new file beside the old one, which still counts, and completes when it is on disk.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    internal static void Stage(string dataFolder, ImmutableArray<Kill> kills)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true })) Write(json, kills);
        using var file = new FileStream(Path.Combine(dataFolder, NewName), FileMode.Create, FileAccess.Write);
        file.Write(buffer.WrittenSpan);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Puts what was staged in the old one's place.</summary>
    /// <exception cref="IOException">The old one is still there.</exception>
    internal static void Commit(string dataFolder) =>
        File.Move(Path.Combine(dataFolder, NewName), Path.Combine(dataFolder, Name), overwrite: true);

    internal static void Write(Utf8JsonWriter json, ImmutableArray<Kill> kills)
    {
        json.WriteStartObject();
        WriteArray(json, kills);
        json.WriteEndObject();
    }

    internal static void WriteArray(Utf8JsonWriter json, ImmutableArray<Kill> kills)
    {
        json.WriteStartArray("kills");
        foreach (var kill in kills)
        {
            json.WriteStartObject();
            json.WriteString("kind", Word(kill.Kind));
            json.WriteString("name", kill.Name);
            json.WriteString("since", kill.Since.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("reason", kill.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    internal static string Word(KillKind kind) => kind == KillKind.Route ? "route" : "upstream";

    internal static KillKind? KindOf(string? word) => word switch { "route" => KillKind.Route, "upstream" => KillKind.Upstream, _ => null };

    private static Kill Read(JsonElement kill) => new(
        KindOf(kill.GetProperty("kind").GetString()) ?? throw new FormatException("unknown kind"),
        kill.GetProperty("name").GetString() ?? throw new FormatException("no name"),
        kill.GetProperty("since").GetDateTimeOffset(), kill.GetProperty("reason").GetString() ?? "");
}
