namespace Causeway.Spec.Plans;

/// <summary>Models that run in the gateway's own process: what the spec says of them, as words and numbers. Who runs them reads it.</summary>
public sealed record EmbeddedPlan
{
    /// <summary>Folder of the models, as the spec spells it; null for <c>models</c> in the data folder.</summary>
    public string? Models { get; init; }

    /// <summary>Threads that compute; null for one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>Bytes that all loaded models may take, weights and caches together; null for what the machine has free when one is loaded.</summary>
    public long? Memory { get; init; }

    /// <summary>Longest prompt and answer of one request together, in tokens; null for what the model was made for, within <see cref="DefaultContext"/>.</summary>
    public int? Context { get; init; }

    /// <summary>Requests of one model that may wait for their turn.</summary>
    public int Queue { get; init; } = 64;

    /// <summary>How long a model stays loaded that nobody asks.</summary>
    public TimeSpan UnloadAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether callers may ask for a tuned model by its own name; else only a target that names it leads there.</summary>
    public bool OfferTuned { get; init; }

    /// <summary>A cache for every position of a model with a million of them would not fit into most machines.</summary>
    public const int DefaultContext = 8192;

    /// <summary>Whether a target's model is a place on disk rather than a name in the folder of models: it begins with <c>/</c>, <c>./</c>, <c>../</c> or <c>~/</c>, or with a drive.</summary>
    public static bool IsPath(string model) =>
        model.StartsWith('/') || model.StartsWith("./", StringComparison.Ordinal) || model.StartsWith("../", StringComparison.Ordinal)
        || model.StartsWith("~/", StringComparison.Ordinal) || (model.Length > 2 && char.IsAsciiLetter(model[0]) && model[1] == ':' && model[2] is '/' or '\\');
}
