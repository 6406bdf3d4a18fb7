using Causeway.Commands;
using Causeway.Models;
using Causeway.Spec;
using Causeway.Spec.Catalog;

namespace Causeway.Serving;

/// <summary>Where the spec comes from: a file, or what is built in. Read anew at every <see cref="Compile"/>.</summary>
internal sealed class SpecSource
{
    private const string DefaultName = "causeway.yaml";

    private readonly string _dataFolder;

    private SpecSource(string? file, string dataFolder) => (File, _dataFolder) = (file, dataFolder);

    /// <summary>As the user gave it, for messages; null for the built-in spec.</summary>
    public string? File { get; }

    public string Description => File is not null ? Path.GetFullPath(File) : $"built in: {(WhyNoModel is { } why
        ? $"a rehearsal, since {SpecCompiler.BuiltInModel} cannot answer: {why}" : $"{SpecCompiler.BuiltInModel}, a very small model")} (put a causeway.yaml here, or pass -f, to serve your own routes)";

    private string? WhyNoModel => ModelStore.Of(null, _dataFolder).Missing(SpecCompiler.BuiltInModel);

    /// <summary>The file asked for; else <c>causeway.yaml</c> in the working directory if there is one; else the built-in spec.</summary>
    /// <param name="dataFolder">Where the operator's own catalog lies; null for the default.</param>
    public static SpecSource From(string? asked, string? dataFolder = null) =>
        new(asked ?? (System.IO.File.Exists(DefaultName) ? DefaultName : null), Path.GetFullPath(dataFolder ?? CommonOptions.DefaultData));

    /// <summary>A file that cannot be read is a diagnostic like any other mistake.</summary>
    /// <param name="isServing">As <see cref="CompileOptions.IsServing"/>.</param>
    public CompileOutcome Compile(bool isServing = false)
    {
        if (File is null) return SpecCompiler.CompileBuiltIn(hasModel: WhyNoModel is null);
        try
        {
            return SpecFile.Compile(File, Environment.GetEnvironmentVariable, new CompileOptions
            {
                Catalog = CatalogFolder.Read(_dataFolder),
                Today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime),
                IsServing = isServing,
                LocalModels = (models, model) => ModelStore.Of(models, _dataFolder).Missing(model),
            });
        }
        catch (CatalogFormatException e)
        {
            return CompileOutcome.Unusable(e);
        }
    }

    /// <summary>Compiles, and prints what there is to say to <paramref name="errors"/>.</summary>
    public CompileOutcome CompileAloud(TextWriter errors, bool isServing = false)
    {
        var outcome = Compile(isServing);
        foreach (var diagnostic in outcome.Diagnostics) errors.WriteLine(diagnostic);
        return outcome;
    }
}
