namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>Where the machine keeps AWS credentials: its environment, its home folder, its metadata service.</summary>
internal sealed record AwsSurroundings(Func<string, string?> Environment, string Home)
{
    public static AwsSurroundings OfThisMachine { get; } =
        new(System.Environment.GetEnvironmentVariable, System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile));

    /// <summary>The variable's value; null when it is not set or empty.</summary>
    public string? Find(string variable) => Environment(variable) is { Length: > 0 } value ? value : null;
}
