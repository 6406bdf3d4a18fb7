using System.Text;
using Causeway.Tuning;
using Causeway.Tuning.Datasets;

namespace Causeway.Tests.Tuning;

/// <summary>Files to learn from, written by hand.</summary>
internal static class Written
{
    public const string Tools = """[{"type":"function","function":{"name":"Order","description":"Finds an order.","parameters":{"type":"object","properties":{"id":{"type":"string"}}}}}]""";

    /// <summary>No fewest lines: most tests need one.</summary>
    public static DatasetLimits Limits { get; } = new() { MinExamples = 1 };

    public static string Chat(string question, string answer) =>
        $$"""{"messages":[{"role":"user","content":"{{question}}"},{"role":"assistant","content":"{{answer}}"}]}""";

    public static string Preference(string question, string better, string worse) =>
        $$"""{"input":{"messages":[{"role":"user","content":"{{question}}"}]},"preferred_output":[{"role":"assistant","content":"{{better}}"}],"non_preferred_output":[{"role":"assistant","content":"{{worse}}"}]}""";

    public static string Messages(string messages, string tools = "") => $$"""{"messages":[{{messages}}]{{(tools.Length > 0 ? $",\"tools\":{tools}" : "")}}}""";

    public static Dataset Read(params string[] lines) => Read(TuningMethod.Supervised, lines);

    public static Dataset Read(TuningMethod method, params string[] lines) => ReadBytes(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), method);

    public static Dataset ReadBytes(byte[] bytes, TuningMethod method = TuningMethod.Supervised, DatasetLimits? limits = null)
    {
        using var stream = new MemoryStream(bytes);
        return Dataset.Read(stream, method, limits ?? Limits);
    }

    public static IReadOnlyList<DatasetProblem> Problems(params string[] lines) => Assert.Throws<DatasetException>(() => Read(lines)).Problems;
}
