using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Causeway.Tuning.Datasets;

/// <summary>Examples to learn from, in OpenAI's format for fine-tuning. Immutable and thread-safe.</summary>
internal sealed class Dataset
{
    private Dataset(TuningMethod method, IReadOnlyList<DatasetExample> examples, int duplicates)
    {
        (Method, Examples, Duplicates) = (method, examples, duplicates);
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData(Encoding.UTF8.GetBytes($"causeway dataset 1 {method}\n"));
        foreach (var example in examples) all.AppendData(Encoding.ASCII.GetBytes(example.Hash));
        Hash = Convert.ToHexStringLower(all.GetHashAndReset());
    }

    public TuningMethod Method { get; }

    /// <summary>The dataset's version: SHA-256, in lower hexadecimals, of what the examples say in their order.</summary>
    public string Hash { get; }

    /// <summary>In the order of the file, the first of those that are equal.</summary>
    public IReadOnlyList<DatasetExample> Examples { get; }

    /// <summary>Lines that say what an earlier one says, and were left out.</summary>
    public int Duplicates { get; }

    /// <summary>Reads a file a line at a time. Empty lines and a byte order mark are no mistakes.</summary>
    /// <exception cref="DatasetException">It cannot be learnt from.</exception>
    /// <exception cref="IOException">The stream broke.</exception>
    public static Dataset Read(Stream jsonl, TuningMethod method, DatasetLimits limits)
    {
        var (lines, problems) = (new LineReader(jsonl, limits.MaxLineBytes), new List<DatasetProblem>());
        var (examples, seen, duplicates) = (new List<DatasetExample>(), new HashSet<string>(StringComparer.Ordinal), 0);
        while (problems.Count < DatasetException.MaxProblems && lines.TryRead(out var line, out var isTooLong))
        {
            if (lines.Bytes > limits.MaxBytes) throw new DatasetException(0, "", $"The file has more than {limits.MaxBytes} bytes. Split it, or leave out what teaches little.");
            if (lines.Number > limits.MaxLines) throw new DatasetException(0, "", $"The file has more than {limits.MaxLines} lines. Split it, or leave out what teaches little.");
            if (lines.Number == 1 && line.StartsWith("\uFEFF"u8)) line = line["\uFEFF"u8.Length..];
            if (isTooLong) problems.Add(new DatasetProblem(lines.Number, "", $"has more than {limits.MaxLineBytes} bytes; an example is one line. Shorten it."));
            else if (!line.Trim(" \t\r"u8).IsEmpty && ReadLine(line.ToArray(), lines.Number, method, limits, problems) is { } example)
            {
                if (seen.Add(example.Hash)) examples.Add(example);
                else duplicates++;
            }
        }
        if (problems.Count > 0) throw new DatasetException(problems);
        return examples.Count >= limits.MinExamples ? new Dataset(method, examples, duplicates) : throw TooFew(examples.Count, duplicates, limits);
    }

    /// <summary>
    /// Takes some examples out for measuring: those whose prompts have the smallest hashes, so that equal prompts never lie on both sides and the
    /// same file is always split alike.
    /// </summary>
    /// <param name="holdoutShare">From 0 to less than 1. More than 0 takes at least one prompt, as long as one stays to be learnt.</param>
    public (Dataset Train, Dataset Holdout) Split(double holdoutShare)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(holdoutShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(holdoutShare, 1);
        var prompts = Examples.GroupBy(example => example.PromptHash).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, Count: group.Count())).ToList();
        var (held, taken) = (new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var (prompt, count) in prompts.SkipLast(1))
        {
            if (taken >= holdoutShare * Examples.Count) break;
            held.Add(prompt);
            taken += count;
        }
        return (Part(example => !held.Contains(example.PromptHash)), Part(example => held.Contains(example.PromptHash)));
    }

    /// <summary>The lines here whose prompts the other one has too: what was measured with them would only have been remembered.</summary>
    public IReadOnlyList<int> LeaksInto(Dataset other)
    {
        var prompts = other.Examples.Select(example => example.PromptHash).ToHashSet(StringComparer.Ordinal);
        return [.. Examples.Where(example => prompts.Contains(example.PromptHash)).Select(example => example.Line)];
    }

    private Dataset Part(Func<DatasetExample, bool> belongs) => new(Method, [.. Examples.Where(belongs)], 0);

    private static DatasetException TooFew(int count, int duplicates, DatasetLimits limits) => new(0, "",
        $"The file has {count} different {(count == 1 ? "example" : "examples")}{(duplicates > 0 ? $" ({duplicates} more say the same as an earlier line)" : "")}; " +
        $"at least {limits.MinExamples} are needed. Add more.");

    /// <summary>Null when there were problems.</summary>
    private static DatasetExample? ReadLine(byte[] line, int number, TuningMethod method, DatasetLimits limits, List<DatasetProblem> problems)
    {
        if (!Utf8.IsValid(line))
        {
            problems.Add(new DatasetProblem(number, "", "is not UTF-8. Save the file as UTF-8."));
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var hash = Convert.ToHexStringLower(CanonicalJson.Hash(document.RootElement));
            var before = problems.Count;
            var prompt = new ExampleRules(number, limits, problems).Check(document.RootElement, method);
            return problems.Count > before ? null : new DatasetExample(number, line, hash, Convert.ToHexStringLower(CanonicalJson.HashOfPrompt(prompt)));
        }
        catch (JsonException e)
        {
            problems.Add(new DatasetProblem(number, "", $"is not JSON{(e.BytePositionInLine is { } at ? $" from byte {at + 1} on" : "")}: {Reason(e)} Each line is one JSON object, without a comma after it."));
        }
        catch (InvalidOperationException)
        {
            problems.Add(new DatasetProblem(number, "", "has an escape of half a character (\\ud800 to \\udfff alone), which is no text. Write the character itself."));
        }
        return null;
    }

    // The library's sentence ends with the place, which is said already.
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end > 0 ? e.Message[..end] : e.Message;
    }
}
