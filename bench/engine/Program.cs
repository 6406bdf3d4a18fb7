using Causeway.EngineBench;
using Causeway.EngineBench.Engines;
using Causeway.EngineBench.Masks;
using Causeway.Load;

try
{
    return args switch
    {
        [] or ["help", ..] or ["--help", ..] or [_, "--help", ..] => Teach(),
        ["compare", .. var rest] => await CompareAsync(Arguments.Parse(rest)),
        ["masks", .. var rest] => Masks(Arguments.Parse(rest)),
        ["load", .. var rest] => Measure(Arguments.Parse(rest), measurement => measurement.Load()),
        ["memory", .. var rest] => Measure(Arguments.Parse(rest), measurement => measurement.Memory()),
        ["speed", .. var rest] => Measure(Arguments.Parse(rest), measurement => measurement.Speed()),
        [var verb, ..] => throw new UsageException($"unknown verb '{verb}'; see --help"),
    };
}
catch (UsageException problem)
{
    Console.Error.WriteLine($"error: {problem.Message}");
    return 2;
}

static int Teach()
{
    Console.Write(Help.Text);
    return 0;
}

static Task<int> CompareAsync(Arguments arguments)
{
    var options = CompareOptions.From(arguments);
    arguments.RejectUnknown();
    return Comparison.RunAsync(options);
}

static int Measure(Arguments arguments, Action<Measurement> measure)
{
    var options = MeasureOptions.From(arguments);
    arguments.RejectUnknown();
    measure(new Measurement(options));
    return 0;
}

static int Masks(Arguments arguments)
{
    var (schemas, tokenizer, every) = (arguments.Required("schemas"), arguments.Required("tokenizer"), Math.Max(1, arguments.Integer("every", 1)));
    arguments.RejectUnknown();
    var result = MaskRun.Execute(schemas, tokenizer, every);
    Console.Write(result.ToMarkdown());
    while (result.Slowest.TryDequeue(out var line, out _)) Console.Error.WriteLine(line);
    return 0;
}
