using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Models;

namespace Causeway.Tuning.Exchange;

/// <summary>Where an imported adapter came from; it lies beside it as <see cref="FileName"/>. Hashes are <see cref="WeightsHash"/>.</summary>
/// <param name="From">The folder that was imported.</param>
/// <param name="Hash">Of the adapter.</param>
/// <param name="BaseHash">Of the base that it was held against.</param>
internal sealed record Origin(string From, string Hash, string BaseName, string BaseHash, DateTimeOffset ImportedAt)
{
    public const string FileName = "import.json";
    private const int MaxBytes = 1 << 20;

    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, OriginJson.Default.Origin));

    /// <summary>In a few words, for a list: never an error.</summary>
    /// <param name="folder">An adapter's.</param>
    public static string Describe(string folder)
    {
        try
        {
            if (TryRead(folder) is { } origin) return origin.From;
            return Lineage.Read(folder) is { } lineage ? $"tuned with the dataset {lineage.DatasetHash[..Math.Min(12, lineage.DatasetHash.Length)]}" : folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ModelStoreException)
        {
            return folder;
        }
    }

    private static Origin? TryRead(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        return file.Exists && file.Length <= MaxBytes ? JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), OriginJson.Default.Origin) : null;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Origin))]
internal sealed partial class OriginJson : JsonSerializerContext;
