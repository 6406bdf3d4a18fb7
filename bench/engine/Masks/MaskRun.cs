using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Causeway.EngineBench.Measuring;
using Causeway.Engine.Constraints;
using Causeway.Engine.Formats;
using Causeway.Engine.Tokenizers;
using Causeway.Load;

namespace Causeway.EngineBench.Masks;

/// <summary>
/// Walks instances of JSON Schemas through their constraints. A schema's file has <c>schema</c> and <c>tests</c>, each with <c>data</c> and
/// <c>valid</c>: the form of MaskBench (github.com/guidance-ai/jsonschemabench, folder maskbench/data).
/// </summary>
internal sealed class MaskRun
{
    private static readonly ConstraintOptions AnyOrder = new() { KeepsOrder = false };

    // Microseconds beyond which a mask is looked at more closely.
    private const double Slow = 1000;

    private readonly Tokenizer _tokenizer;
    private readonly ConstraintVocabulary _vocabulary;
    private readonly ulong[] _mask;
    private readonly List<int> _tokens = [];
    private readonly MaskResult _result = new();

    private MaskRun(Tokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _vocabulary = ConstraintVocabulary.Build(tokenizer.VocabularySize, tokenizer.BytesOf, tokenizer.IsSpecial, [tokenizer.Find("<|im_end|>") ?? 0]);
        _mask = new ulong[(_vocabulary.Size + 63) / 64];
        _result.Vocabulary = _vocabulary.Size;
    }

    /// <param name="tokenizer">A folder with tokenizer.json.</param>
    /// <param name="every">1 for all schemas, 2 for every other one and so on.</param>
    public static MaskResult Execute(string schemas, string tokenizer, int every)
    {
        var files = Directory.GetFiles(schemas, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, i) => i % every == 0).ToArray();
        if (files.Length == 0) throw new UsageException("the folder of --schemas has no .json files");
        var run = new MaskRun(Tokenizer.Create(new TokenizerFiles { Json = File.ReadAllBytes(Path.Combine(tokenizer, "tokenizer.json")) }));
        run.WarmUp(files);
        var before = CpuReading.Now();
        foreach (var file in files) run.Walk(file, run._result);
        run._result.Foreign = CpuReading.Now().ForeignSince(before);
        return run._result;
    }

    // Compiled code is what is measured, not its compilation: some schemas are walked once without being counted.
    private void WarmUp(string[] files)
    {
        var until = Stopwatch.GetTimestamp() + (3 * Stopwatch.Frequency);
        for (var i = 0; i < files.Length && Stopwatch.GetTimestamp() < until; i++) Walk(files[(int)((long)i * 7919 % files.Length)], new MaskResult());
    }

    private void Walk(string file, MaskResult result)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 512 });
        var schema = document.RootElement.GetProperty("schema");
        result.Schemas++;
        var start = Stopwatch.GetTimestamp();
        var plan = Compile(schema, ConstraintOptions.Default);
        if (plan is null)
        {
            result.SchemasRefused++;
            return;
        }
        result.Compilations.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        if (!document.RootElement.TryGetProperty("tests", out var tests) || tests.GetArrayLength() == 0) result.SchemasWithoutInstances++;
        else Walk(schema, tests, plan, new Lazy<ConstraintPlan?>(() => Compile(schema, AnyOrder)), Path.GetFileNameWithoutExtension(file), result);
    }

    private void Walk(JsonElement schema, JsonElement tests, ConstraintPlan plan, Lazy<ConstraintPlan?> anyOrder, string name, MaskResult result)
    {
        var count = result.Masks.Count;
        foreach (var test in tests.EnumerateArray())
        {
            var text = InstanceText.Of(test.GetProperty("data"));
            if (test.GetProperty("valid").GetBoolean())
            {
                result.Valid++;
                if (WalkMasks(schema, plan, text, name, result)) continue;
                if (anyOrder.Value is { } loose && Takes(loose, text)) result.ValidOutOfOrder++;
                else result.ValidRefused++;
            }
            else
            {
                result.Invalid++;
                if (Takes(plan, text) || (anyOrder.Value is { } loose && Takes(loose, text))) result.InvalidAccepted++;
            }
        }
        if (result.Masks.Count > count) result.FirstMasks.Add(result.Masks[count]);
    }

    private bool WalkMasks(JsonElement schema, ConstraintPlan plan, string text, string name, MaskResult result)
    {
        _tokens.Clear();
        _tokenizer.Encode(text, specials: false, _tokens);
        var times = new List<double>();
        var isTaken = WalkMasks(plan, times);
        if (times.Exists(time => time > Slow)) KeepLeast(times, schema);
        result.Masks.AddRange(times);
        for (var i = 0; i < times.Count; i++)
            if (times[i] > Slow) result.Keep($"{name}, token {i} of {_tokens.Count}", times[i]);
        return isTaken;
    }

    // Among millions some are slow because something else had the core: those are asked for again, of a plan that knows nothing yet.
    private void KeepLeast(List<double> times, JsonElement schema)
    {
        var again = new List<double>();
        WalkMasks(Compile(schema, ConstraintOptions.Default)!, again);
        for (var i = 0; i < times.Count; i++)
            if (times[i] > Slow) times[i] = Math.Min(times[i], again[i]);
    }

    private bool WalkMasks(ConstraintPlan plan, List<double> times)
    {
        var constraint = plan.Start();
        for (var i = 0; i <= _tokens.Count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            constraint.FillMask(_mask);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            if (i == _tokens.Count) break;
            if ((_mask[_tokens[i] >> 6] >> _tokens[i] & 1) == 0) return false;
            constraint.TryAccept(_tokens[i]);
        }
        return constraint.MayEnd;
    }

    private static bool Takes(ConstraintPlan plan, string text)
    {
        var constraint = plan.Start();
        return constraint.TryAcceptBytes(Encoding.UTF8.GetBytes(text)) && constraint.MayEnd;
    }

    private ConstraintPlan? Compile(JsonElement schema, ConstraintOptions options)
    {
        try
        {
            return new ConstraintPlan(Grammar.Json(schema, options), _vocabulary);
        }
        catch (ConstraintException)
        {
            return null;
        }
    }
}
