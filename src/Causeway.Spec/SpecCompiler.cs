using Causeway.Spec.Diagnostics;
using Causeway.Spec.Sections;
using Causeway.Spec.Yaml;

namespace Causeway.Spec;

/// <summary>
/// Turns a spec into a plan: text → tree with positions → sections → plan. Pure but for the environment and options it is handed, so the same
/// text, environment and catalog give the same plan; a date only adds diagnostics. Thread-safe; nothing a stranger writes makes it throw or take long.
/// </summary>
public static class SpecCompiler
{
    /// <summary>Name under which diagnostics of the built-in spec would appear.</summary>
    public const string BuiltInName = "(built-in spec)";

    /// <summary>The largest spec, in bytes of UTF-8.</summary>
    public const int MaxBytes = SourceText.MaxBytes;

    /// <summary>
    /// The spec that is used when none is given: the embedded model <see cref="BuiltInModel"/> behind the model names that applications ask for. A good start
    /// to copy.
    /// </summary>
    public static string BuiltIn { get; } = Read("builtin.yaml");

    /// <summary>The spec that is used when none is given and that model is not there: the rehearsal upstream behind the same names.</summary>
    public static string BuiltInRehearsal { get; } = Read("builtin-rehearsal.yaml");

    /// <summary>The local model that the built-in spec serves.</summary>
    public const string BuiltInModel = "causeway-tiny";

    /// <param name="fileName">For diagnostics only.</param>
    /// <param name="environment">The value of an environment variable, or null. Asked once for each reference; values go into secrets,
    /// base URLs and flags only.</param>
    /// <param name="options">Null for the built-in catalog and no date.</param>
    public static CompileOutcome Compile(
        string fileName, string yamlText, Func<string, string?> environment, CompileOptions? options = null)
    {
        var bag = new DiagnosticBag(fileName);
        var root = YamlReader.Read(yamlText, bag);
        var plan = root is null ? null : RootSection.Read(root, new SpecContext(bag, environment, options ?? CompileOptions.Default));
        return new CompileOutcome(plan, bag.InFileOrder());
    }

    /// <param name="hasModel">Whether <see cref="BuiltInModel"/> is there; else the rehearsal plays.</param>
    public static CompileOutcome CompileBuiltIn(bool hasModel) => Compile(BuiltInName, hasModel ? BuiltIn : BuiltInRehearsal, static _ => null);

    private static string Read(string name)
    {
        using var stream = typeof(SpecCompiler).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException("the built-in spec is missing from the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
