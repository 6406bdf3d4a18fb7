namespace Causeway.Gateway.Tests.Fuzz;

/// <summary>A parser that a stranger's bytes reach.</summary>
/// <param name="Seeds">Inputs that are right.</param>
/// <param name="Tokens">Words of its language.</param>
/// <param name="Run">Throws when something does not hold.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<string> Seeds, IReadOnlyList<string> Tokens, Action<byte[], Random> Run)
{
    /// <summary>Memory that a case may use, all reads of it together, besides <see cref="BytesPerByte"/>.</summary>
    public const long FixedBytes = 8 << 20;

    public const long BytesPerByte = 2_000;
}
