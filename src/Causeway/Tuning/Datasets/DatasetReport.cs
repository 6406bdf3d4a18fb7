using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Engine.Formats;

namespace Causeway.Tuning.Datasets;

/// <summary>What <c>causeway tune check</c> says of a file, and of its validation file.</summary>
internal sealed class DatasetReport
{
    private readonly TuningMethod _method;
    private readonly Dataset? _dataset;
    private readonly Dataset? _validation;
    private readonly IReadOnlyList<int> _leaks = [];
    private readonly TokenTotals? _tokens;
    private readonly string? _model;
    private readonly List<(string File, DatasetProblem Problem)> _problems = [];

    /// <param name="model">To count tokens with; null: they are not counted.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="Engine.ModelFormatException">The model cannot learn conversations.</exception>
    public DatasetReport(string file, string? validation, TuningMethod method, ModelFiles? model, int maxTokens)
    {
        (_method, _model) = (method, model?.Name);
        _dataset = Read(file, new DatasetLimits());
        _validation = validation is null ? null : Read(validation, new DatasetLimits { MinExamples = 1 });
        if (_dataset is not null && _validation is not null) _leaks = _validation.LeaksInto(_dataset);
        if (_dataset is null || model is null) return;
        var problems = new List<DatasetProblem>();
        _tokens = TokenTotals.Of(_dataset, ExampleEncoder.Of(model, maxTokens), problems);
        _problems.AddRange(problems.Select(problem => (file, problem)));
    }

    /// <summary>A job can be started with the files.</summary>
    public bool IsFine => _problems.Count == 0 && _leaks.Count == 0;

    public void Write(TextWriter output, TextWriter errors)
    {
        foreach (var (file, problem) in _problems) errors.WriteLine($"{Path.GetFileName(file)}: {problem}");
        if (_dataset is not null)
        {
            Line(output, "examples", $"{_dataset.Examples.Count}{(_dataset.Duplicates > 0 ? $", and {_dataset.Duplicates} more that say the same as an earlier line" : "")}");
            Line(output, "version", _dataset.Hash);
        }
        if (_tokens is { } tokens)
        {
            Line(output, "tokens", string.Create(CultureInfo.InvariantCulture, $"{tokens.All} with {_model}, {tokens.Learnt} of them learnt"));
            Line(output, "an example", string.Create(CultureInfo.InvariantCulture, $"{tokens.Least} to {tokens.Most} tokens; half have {tokens.Middle} or fewer, 95 % {tokens.Long}"));
        }
        if (_validation is null) return;
        Line(output, "validation", $"{_validation.Examples.Count} examples, version {_validation.Hash}");
        if (_leaks.Count > 0) errors.WriteLine($"The validation file leaks: the prompts of {(_leaks.Count == 1 ? "its line" : "its lines")} {Shown(_leaks)} are learnt too. Take them out of one of the files.");
        else if (_dataset is not null) Line(output, "leaks", "none");
    }

    public void WriteJson(TextWriter output)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", IsFine);
            json.WriteString("method", _method == TuningMethod.Dpo ? "dpo" : "supervised");
            if (_dataset is not null) Write(json, "training", _dataset, _tokens);
            if (_validation is not null) Write(json, "validation", _validation, null);
            json.WriteStartArray("leaks");
            foreach (var line in _leaks) json.WriteNumberValue(line);
            json.WriteEndArray();
            json.WriteStartArray("problems");
            foreach (var (file, problem) in _problems) Write(json, file, problem);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, string name, Dataset dataset, TokenTotals? tokens)
    {
        json.WriteStartObject(name);
        json.WriteNumber("examples", dataset.Examples.Count);
        json.WriteNumber("duplicates", dataset.Duplicates);
        json.WriteString("hash", dataset.Hash);
        if (tokens is not null)
        {
            json.WriteStartObject("tokens");
            json.WriteNumber("all", tokens.All);
            json.WriteNumber("learnt", tokens.Learnt);
            json.WriteNumber("least", tokens.Least);
            json.WriteNumber("median", tokens.Middle);
            json.WriteNumber("p95", tokens.Long);
            json.WriteNumber("most", tokens.Most);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string file, DatasetProblem problem)
    {
        json.WriteStartObject();
        json.WriteString("file", file);
        json.WriteNumber("line", problem.Line);
        json.WriteString("pointer", problem.Pointer);
        json.WriteString("message", problem.Message);
        json.WriteEndObject();
    }

    private Dataset? Read(string file, DatasetLimits limits)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return Dataset.Read(stream, _method, limits);
        }
        catch (DatasetException e)
        {
            _problems.AddRange(e.Problems.Select(problem => (file, problem)));
            return null;
        }
    }

    private static string Shown(IReadOnlyList<int> lines)
    {
        const int Most = 20;
        return string.Join(", ", lines.Take(Most)) + (lines.Count > Most ? $" and {lines.Count - Most} more" : "");
    }

    private static void Line(TextWriter output, string what, string value) => output.WriteLine($"{what,-14}{value}");
}
