using System.Diagnostics;
using System.Globalization;
using Causeway.Engine.Formats;
using Causeway.Engine.Training;

namespace Causeway.Benchmarks.Training;

/// <summary>
/// How fast the engine trains on the cores this process may use, and its products of matrices beside OpenBLAS's in the same run, in turns; a section of
/// bench/RESULTS-training.md. <c>bench/training.sh</c> writes the file.
/// </summary>
internal static class TrainingSpeed
{
    private static readonly (int M, int N, int K)[] _shapes =
        [(1024, 1024, 1024), (2048, 2048, 2048), (512, 3072, 1024), (512, 1024, 3072), (1024, 256, 256), (1024, 576, 576)];

    private static readonly TimeSpan _time = TimeSpan.FromSeconds(0.4);

    /// <param name="openBlas">Path of the library; null: where the system keeps it.</param>
    public static int Report(TextWriter output, string? openBlas)
    {
        var cores = Environment.ProcessorCount;
        var peak = Peak.Measure();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"## {cores} {(cores == 1 ? "core" : "cores")}, {peak:f0} GFLOP/s at the most\n"));
        Train(output, peak);
        Multiply(output, openBlas, cores);
        return 0;
    }

    private static void Train(TextWriter output, double peak)
    {
        output.WriteLine("| training, all weights | weights | tokens a step | tokens/s | GFLOP/s | of the most |");
        output.WriteLine("|---|---|---|---|---|---|");
        Row("4 x 256, vocabulary 2,048", 2048, Shape(layers: 4, hidden: 256, heads: 4, keyHeads: 2, headLength: 64, vocabulary: 2048));
        Row("6 x 288, vocabulary 32,000", 2048, Shape(layers: 6, hidden: 288, heads: 6, keyHeads: 6, headLength: 48, vocabulary: 32_000));
        output.WriteLine();

        void Row(string name, int tokens, ModelConfig config)
        {
            var model = TrainedModel.Draw(config, seed: 1);
            var weights = model.Parameters.Sum(parameter => (long)parameter.Value.Length);
            var speed = TokensPerSecond(model, tokens);
            var gflops = speed * 6 * weights / 1e9;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {weights / 1e6:f1} M | {tokens} | {speed:f0} | {gflops:f0} | {gflops / peak:p0} |"));
        }
    }

    /// <summary>The median of at least three steps, four sequences in each.</summary>
    private static double TokensPerSecond(TrainedModel model, int tokens)
    {
        var random = new Random(1);
        var examples = Enumerable.Range(0, 4 * 16)
            .Select(_ => new TrainingExample([.. Enumerable.Range(0, tokens / 4).Select(_ => random.Next(model.Config.Vocabulary))])).ToList();
        var run = TrainingRun.Supervised(model, examples, new() { BatchTokens = tokens });
        for (var i = 0; i < 2; i++) run.Advance();
        List<double> times = [];
        while (times.Count < 3 || times.Sum() < 4) times.Add(Time(() => run.Advance()));
        return tokens / times.Order().ElementAt(times.Count / 2);
    }

    private static void Multiply(TextWriter output, string? openBlas, int threads)
    {
        var core = OpenBlas.Load(openBlas, threads);
        output.WriteLine(core is null
            ? "OpenBLAS was not found, so there is nothing to compare the products with (`apt-get install libopenblas0-pthread`).\n"
            : $"Products of matrices in GFLOP/s, best of those that {_time.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s allow, in turns with OpenBLAS (its kernels: {core}):\n");
        output.WriteLine("| m, n, k | NT | NN | TN | OpenBLAS NT | NN | TN | ratio NT | NN | TN |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (m, n, k) in _shapes)
        {
            var measured = Product.Kinds.Select(kind => Compare(new Product(m, n, k, kind.Left, kind.Right), core is not null)).ToList();
            var cells = measured.Select(found => Number(found.Ours, "f0"))
                .Concat(measured.Select(found => Number(found.Theirs, "f0")))
                .Concat(measured.Select(found => Number(found.Ours / found.Theirs, "f2")));
            output.WriteLine($"| {m}, {n}, {k} | {string.Join(" | ", cells)} |");
        }
        output.WriteLine();
    }

    private static string Number(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "";

    private static (double Ours, double Theirs) Compare(Product product, bool beside)
    {
        var random = new Random(1);
        var (a, b, c, d) = (Draw(product.M * product.K), Draw(product.K * product.N), new float[product.M * product.N], new float[product.M * product.N]);
        var (ours, theirs) = (double.MaxValue, beside ? double.MaxValue : double.NaN);
        var start = Stopwatch.GetTimestamp();
        for (var turn = 0; turn < 5 || Stopwatch.GetElapsedTime(start) < _time; turn++)
        {
            ours = Math.Min(ours, Time(() => product.Multiply(a, b, c)));
            if (beside) theirs = Math.Min(theirs, Time(() => OpenBlas.Multiply(product, a, b, d, beta: 0)));
        }
        if (beside && c.Zip(d).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-3 * Math.Sqrt(product.K)))
            throw new InvalidOperationException($"The products of {product} differ.");
        return (product.Operations / ours / 1e9, product.Operations / theirs / 1e9);

        float[] Draw(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }

    private static double Time(Action run)
    {
        var start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static ModelConfig Shape(int layers, int hidden, int heads, int keyHeads, int headLength, int vocabulary)
    {
        var rope = new Rope([.. Enumerable.Range(0, headLength / 2).Select(i => (float)Math.Pow(10_000, -2.0 * i / headLength))]);
        return new ModelConfig
        {
            Architecture = Architecture.Qwen3, Vocabulary = vocabulary, Hidden = hidden, FeedForward = 768, Heads = heads, KvHeads = keyHeads,
            HeadLength = headLength, Context = 2048, Layers = [.. Enumerable.Repeat(new LayerConfig(rope, null), layers)], NormEpsilon = 1e-6f,
            AttentionScale = 1 / MathF.Sqrt(headLength), TiedHead = true, QueryKeyNorm = true,
        };
    }
}
