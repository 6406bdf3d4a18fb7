using Causeway.Spec.Catalog;

namespace Causeway.Spec;

/// <summary>What a spec is compiled against besides its own text and the environment. The compiler looks at no clock and no file by itself.</summary>
public sealed record CompileOptions
{
    public static readonly CompileOptions Default = new();

    /// <summary>What is known about models.</summary>
    public ModelCatalog Catalog { get; init; } = ModelCatalog.BuiltIn;

    /// <summary>The day by which models are retired or not; null to leave dates alone.</summary>
    public DateOnly? Today { get; init; }

    /// <summary>
    /// The plan is about to serve: a model that has retired since the spec was checked is then a warning, so that a restart brings back the
    /// routes that still work.
    /// </summary>
    public bool IsServing { get; init; }

    /// <summary>
    /// Why there is no such local model: the folder that the upstream names (null: the default one) and the model as a target names it. Null when it is
    /// there. Null instead of a function: models are not looked for.
    /// </summary>
    public Func<string?, string, string?>? LocalModels { get; init; }

    /// <summary>The content of a file that the spec names, by its path from the spec's folder; null when it cannot be read.</summary>
    public Func<string, byte[]?> Files { get; init; } = static _ => null;
}
