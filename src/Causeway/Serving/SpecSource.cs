using Causeway.Spec;

namespace Causeway.Serving;

/// <summary>Where the spec comes from: a file, or what is built in. Read anew at every <see cref="Compile"/>.</summary>
internal sealed class SpecSource
{
    private const string DefaultName = "causeway.yaml";

    private SpecSource(string? file) => File = file;

    /// <summary>As the user gave it, for messages; null for the built-in spec.</summary>
    public string? File { get; }

    public string Description => File is null ? "built in: a rehearsal (put a causeway.yaml here, or pass -f, to serve your own routes)" : Path.GetFullPath(File);

    /// <summary>The file asked for; else <c>causeway.yaml</c> in the working directory if there is one; else the built-in spec.</summary>
    public static SpecSource From(string? asked) => new(asked ?? (System.IO.File.Exists(DefaultName) ? DefaultName : null));

    /// <summary>A file that cannot be read is a diagnostic like any other mistake.</summary>
    public CompileOutcome Compile() => File is null ? SpecCompiler.CompileBuiltIn() : SpecFile.Compile(File, Environment.GetEnvironmentVariable);

    /// <summary>Compiles, and prints what there is to say to <paramref name="errors"/>.</summary>
    public CompileOutcome CompileAloud(TextWriter errors)
    {
        var outcome = Compile();
        foreach (var diagnostic in outcome.Diagnostics) errors.WriteLine(diagnostic);
        return outcome;
    }
}
