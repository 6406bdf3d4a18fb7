namespace Causeway.Tuning.Datasets;

/// <summary>Something that keeps a file from being learnt from.</summary>
/// <param name="Line">From 1; 0 when it is about the whole file.</param>
/// <param name="Pointer">Where in the line, as a JSON pointer (RFC 6901); empty for the line itself.</param>
/// <param name="Message">What is wrong and what to do about it.</param>
internal sealed record DatasetProblem(int Line, string Pointer, string Message)
{
    public override string ToString() => (Line, Pointer) switch
    {
        (0, _) => Message,
        (_, "") => $"line {Line}: {Message}",
        _ => $"line {Line}, {Pointer}: {Message}",
    };
}

/// <summary>A file that cannot be learnt from, with the first problems of it.</summary>
internal sealed class DatasetException(IReadOnlyList<DatasetProblem> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>Problems that are told at once; reading ends with the last of them.</summary>
    public const int MaxProblems = 20;

    public DatasetException(int line, string pointer, string message)
        : this([new DatasetProblem(line, pointer, message)])
    {
    }

    /// <summary>At least one, in the order of the lines.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; } = problems;
}
