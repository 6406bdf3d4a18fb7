using System.CommandLine;

namespace Causeway.Commands;

/// <summary>Options that several verbs share, so that they are spelt and explained alike.</summary>
internal static class CommonOptions
{
    public static Option<string?> File() => new("--file", "-f")
    {
        Description = "The spec. Default: causeway.yaml in the working directory if there is one, else what is built in.",
        HelpName = "causeway.yaml",
    };

    /// <summary>The data folder when none is named.</summary>
    public static string DefaultData => Environment.GetEnvironmentVariable("CAUSEWAY_DATA") is { Length: > 0 } dir ? dir : ".causeway";

    public static Option<string?> Models() => new("--models") { Description = "The store's folder. Default: models in the data folder.", HelpName = "DIR" };

    public static Option<string> Data() => new("--data")
    {
        Description = "Folder of the ledger and everything else that is kept. Also: CAUSEWAY_DATA.",
        HelpName = "DIR",
        DefaultValueFactory = _ => DefaultData,
    };
}
