using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Models;

namespace Causeway.Tuning;

/// <summary>How an adapter was trained; <c>null</c> patience: to the end.</summary>
/// <param name="Epochs">How often each example is seen.</param>
/// <param name="BatchTokens">Tokens of a step.</param>
/// <param name="LearningRate">At its peak.</param>
/// <param name="Rank">Of the adapter's matrices.</param>
/// <param name="Alpha">The change is scaled by alpha/rank.</param>
/// <param name="Beta">DPO alone: how closely the model is held to its base.</param>
/// <param name="HoldoutShare">The part of the examples that measures instead of being learnt, from 0 to 1; not used with a validation file.</param>
/// <param name="Patience">Evaluations without a better loss before it stops.</param>
internal sealed record TuningHyperparameters(
    int Epochs, int BatchTokens, double LearningRate, int Rank, double Alpha, double Beta, double HoldoutShare, int? Patience);

/// <summary>
/// What a trained adapter is made of: with the base, the dataset and this record the training can be run again. It lies beside the adapter
/// as <see cref="FileName"/>. Hashes are SHA-256 in lower hexadecimals.
/// </summary>
/// <param name="BaseHash">Of the base's weights: <see cref="WeightsHash"/>.</param>
/// <param name="BaseName">What the base was called in the store.</param>
/// <param name="DatasetHash">The version of what was learnt from: <see cref="Datasets.Dataset.Hash"/> of the file, before the holdout was taken.</param>
/// <param name="ValidationHash">The same of the validation file; null when there was none.</param>
/// <param name="Seed">Of the order of the examples and of the adapter's first weights.</param>
/// <param name="CodeVersion">Of the program that trained.</param>
/// <param name="ParentAdapterHash">The adapter that training went on from; null when it began at the base.</param>
internal sealed record Lineage(
    string BaseHash, string BaseName, string DatasetHash, string? ValidationHash, TuningMethod Method, TuningHyperparameters Hyperparameters,
    int Seed, string CodeVersion, string? ParentAdapterHash)
{
    public const string FileName = "lineage.json";
    private const int MaxBytes = 1 << 20;

    /// <summary>Writes it into the adapter's folder, whole or not at all.</summary>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void Write(string folder)
    {
        var (target, fresh) = (Path.Combine(folder, FileName), Path.Combine(folder, FileName + ".new"));
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(this, LineageJson.Default.Lineage));
        File.Move(fresh, target, overwrite: true);
    }

    /// <summary>Reads it from an adapter's folder; null when there is none.</summary>
    /// <exception cref="ModelStoreException">What lies there is no lineage.</exception>
    public static Lineage? Read(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        if (!file.Exists) return null;
        try
        {
            if (file.Length > MaxBytes) throw new JsonException("it is too large.");
            return JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), LineageJson.Default.Lineage) ?? throw new JsonException("it is null.");
        }
        catch (JsonException e)
        {
            throw new ModelStoreException($"{file.FullName} is no lineage: {e.Message}");
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Lineage))]
internal sealed partial class LineageJson : JsonSerializerContext;
