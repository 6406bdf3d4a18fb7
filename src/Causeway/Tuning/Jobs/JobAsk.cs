using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Causeway.Models;
using Causeway.Wire.Errors;

namespace Causeway.Tuning.Jobs;

/// <summary>The body of <c>POST /v1/fine_tuning/jobs</c>, read without a guess: what is not known here is refused.</summary>
internal sealed class JobAsk
{
    private const int MaxMetadata = 16;
    private const int MaxMetadataName = 64;
    private const int MaxMetadataText = 512;
    private const int MaxEpochs = 50;
    private const int MaxBatch = 256;
    private const int MaxRank = 256;
    private const double MaxMultiplier = 1000;
    private const double MaxBeta = 2;
    private const double MaxHoldout = 0.5;

    private readonly JsonElement _root;

    private JobAsk(JsonElement root) => _root = root;

    /// <param name="seed">For a job that names none.</param>
    /// <exception cref="TuningRefusal">The message and the param say what is wrong.</exception>
    public static TuningJob Read(JsonElement root, string id, DateTimeOffset now, int seed)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new TuningRefusal(ErrorCodes.InvalidJson.Error("The body must be a JSON object."));
        return new JobAsk(root).Read(id, now, seed);
    }

    private TuningJob Read(string id, DateTimeOffset now, int seed)
    {
        foreach (var member in _root.EnumerateObject())
            if (member.Name is not ("model" or "training_file" or "validation_file" or "suffix" or "seed" or "method" or "hyperparameters" or "metadata" or "lineage")
                && member.Value.ValueKind != JsonValueKind.Null)
                throw new TuningRefusal(ErrorCodes.UnsupportedParameter.Error($"Fine-tuning jobs have no '{Short(member.Name)}' here.", Short(member.Name)));
        var repeats = ReadLineage();
        var (method, asked) = ReadMethod();
        if (repeats is not null && (Find(_root, "method") ?? Find(_root, "hyperparameters") ?? Find(_root, "seed")) is not null)
            throw Bad("lineage", "'lineage' says method, hyperparameters and seed itself: leave them out");
        return new TuningJob
        {
            Id = id,
            CreatedAt = now,
            Model = Text("model", 512) ?? throw Missing("model"),
            TrainingFile = Text("training_file", 64) ?? throw Missing("training_file"),
            ValidationFile = Text("validation_file", 64),
            Suffix = ReadSuffix(),
            Seed = repeats?.Seed ?? (int?)Integer(_root, "seed", "seed", 0, int.MaxValue) ?? seed,
            Method = repeats?.Method ?? method,
            Asked = asked,
            Metadata = ReadMetadata(),
            Repeats = repeats,
        };
    }

    private Lineage? ReadLineage()
    {
        if (Find(_root, "lineage") is not { } lineage) return null;
        try
        {
            return lineage.Deserialize(LineageJson.Default.Lineage);
        }
        catch (JsonException e)
        {
            throw Bad("lineage", $"'lineage' must be what lies beside an adapter as {Lineage.FileName}: {e.Message}");
        }
    }

    private string? ReadSuffix()
    {
        if (Text("suffix", TunedName.MaxSuffix) is not { } suffix) return null;
        return ModelName.IsValid(suffix) ? suffix : throw Bad("suffix", $"'suffix' must be {ModelName.Rule}");
    }

    private (TuningMethod Method, HyperparameterAsk Asked) ReadMethod()
    {
        var legacy = Find(_root, "hyperparameters");
        if (Find(_root, "method") is not { } method) return (TuningMethod.Supervised, ReadHyperparameters(legacy, "hyperparameters", isDpo: false));
        if (method.ValueKind != JsonValueKind.Object) throw Type("method", "an object");
        if (legacy is not null) throw Bad("hyperparameters", "Send 'method' or 'hyperparameters', not both");
        if (Find(method, "type") is not { ValueKind: JsonValueKind.String } type) throw Missing("method.type");
        var name = type.GetString();
        if (name is not ("supervised" or "dpo")) throw Bad("method.type", "'method.type' must be 'supervised' or 'dpo'");
        foreach (var other in method.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null).Select(member => member.Name).Where(other => other != "type" && other != name))
            throw new TuningRefusal(ErrorCodes.UnsupportedParameter.Error($"A method of type '{name}' has no '{Short(other)}'.", "method." + Short(other)));
        var own = Find(method, name);
        if (own is { ValueKind: not JsonValueKind.Object }) throw Type("method." + name, "an object");
        var asked = ReadHyperparameters(own is { } inner ? Find(inner, "hyperparameters") : null, $"method.{name}.hyperparameters", name == "dpo");
        return (name == "dpo" ? TuningMethod.Dpo : TuningMethod.Supervised, asked);
    }

    private static HyperparameterAsk ReadHyperparameters(JsonElement? given, string path, bool isDpo)
    {
        if (given is not { } hyper) return new HyperparameterAsk();
        if (hyper.ValueKind != JsonValueKind.Object) throw Type(path, "an object");
        foreach (var member in hyper.EnumerateObject())
            if (member.Name is not ("n_epochs" or "batch_size" or "learning_rate_multiplier" or "rank" or "holdout_share" or "patience") && !(isDpo && member.Name == "beta"))
                throw new TuningRefusal(ErrorCodes.UnsupportedParameter.Error($"There is no hyperparameter '{Short(member.Name)}' here.", $"{path}.{Short(member.Name)}"));
        return new HyperparameterAsk
        {
            Epochs = (int?)Integer(hyper, "n_epochs", path + ".n_epochs", 1, MaxEpochs),
            BatchSize = (int?)Integer(hyper, "batch_size", path + ".batch_size", 1, MaxBatch),
            RateMultiplier = Number(hyper, "learning_rate_multiplier", path + ".learning_rate_multiplier", MaxMultiplier, isZeroAllowed: false),
            Beta = Number(hyper, "beta", path + ".beta", MaxBeta, isZeroAllowed: false),
            Rank = (int?)Integer(hyper, "rank", path + ".rank", 1, MaxRank),
            HoldoutShare = Number(hyper, "holdout_share", path + ".holdout_share", MaxHoldout, isZeroAllowed: true),
            Patience = (int?)Integer(hyper, "patience", path + ".patience", 1, int.MaxValue),
        };
    }

    private ImmutableSortedDictionary<string, string> ReadMetadata()
    {
        if (Find(_root, "metadata") is not { } metadata) return ImmutableSortedDictionary<string, string>.Empty;
        if (metadata.ValueKind != JsonValueKind.Object) throw Type("metadata", "an object of texts");
        var members = metadata.EnumerateObject().ToList();
        if (members.Count > MaxMetadata || members.Any(member => member.Name.Length > MaxMetadataName || member.Value.ValueKind != JsonValueKind.String || member.Value.GetString()!.Length > MaxMetadataText))
            throw Bad("metadata", $"'metadata' may have {MaxMetadata} texts of {MaxMetadataText} characters under names of {MaxMetadataName}");
        return members.ToImmutableSortedDictionary(member => member.Name, member => member.Value.GetString()!, StringComparer.Ordinal);
    }

    private string? Text(string name, int most)
    {
        if (Find(_root, name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.String) throw Type(name, "a text");
        return value.GetString() is { Length: > 0 } text && text.Length <= most ? text : throw Bad(name, $"'{name}' must have 1 to {most} characters");
    }

    private static double? Integer(JsonElement of, string name, string path, int least, int most)
    {
        if (Find(of, name) is not { } value || IsAuto(value)) return null;
        if (value.ValueKind != JsonValueKind.Number) throw Type(path, "a whole number, or 'auto'");
        return value.TryGetInt32(out var number) && number >= least && number <= most ? number : throw Bad(path, $"'{path}' must be a whole number from {least} to {most}");
    }

    private static double? Number(JsonElement of, string name, string path, double most, bool isZeroAllowed)
    {
        if (Find(of, name) is not { } value || IsAuto(value)) return null;
        if (value.ValueKind != JsonValueKind.Number) throw Type(path, "a number, or 'auto'");
        return value.TryGetDouble(out var number) && number <= most && (number > 0 || (isZeroAllowed && number == 0))
            ? number : throw Bad(path, string.Create(CultureInfo.InvariantCulture, $"'{path}' must be {(isZeroAllowed ? "from 0" : "above 0")} to {most}"));
    }

    private static bool IsAuto(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals("auto"u8);

    private static JsonElement? Find(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Short(string text) => text.Length <= 64 ? text : text[..64];

    private static TuningRefusal Missing(string name) => new(ErrorCodes.MissingRequiredParameter.Error($"'{name}' is required.", name));
    private static TuningRefusal Type(string name, string wanted) => new(ErrorCodes.InvalidType.Error($"'{name}' must be {wanted}.", name));
    private static TuningRefusal Bad(string name, string message) => new(ErrorCodes.InvalidValue.Error(message + ".", name));
}
