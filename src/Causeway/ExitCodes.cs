namespace Causeway;

/// <summary>What the process answers to its caller; documented in <c>docs/reference/cli.md</c>.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    /// <summary>It was understood and could not be done.</summary>
    public const int Failure = 1;
    /// <summary>The command line or the spec is wrong.</summary>
    public const int Usage = 2;
}
