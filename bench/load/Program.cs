using Causeway.Load;
using Causeway.Load.Compare;
using Causeway.Load.Generator;
using Causeway.Load.Mock;

try
{
    return args switch
    {
        [] or ["help", ..] or ["--help", ..] or ["-h", ..] or [_, "--help", ..] => Teach(),
        ["mock", .. var rest] => StartMock(Arguments.Parse(rest)),
        ["run", .. var rest] => RunLoad(Arguments.Parse(rest)),
        ["compare", .. var rest] => await CompareAsync(Arguments.Parse(rest)),
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

static int StartMock(Arguments arguments)
{
    var port = arguments.Integer("port", 9090);
    var script = new MockScript(arguments.Integer("tokens", 64), arguments.Duration("pace", TimeSpan.Zero), arguments.Size("body", 1024));
    var polls = arguments.Flag("poll");
    arguments.RejectUnknown();
    return MockServer.Serve(port, script, polls);
}

static int RunLoad(Arguments arguments)
{
    var options = LoadOptions.From(arguments);
    var asJson = arguments.Flag("json");
    arguments.RejectUnknown();
    var result = LoadRun.Execute(options);
    Console.Write(asJson ? result.ToJson() + "\n" : result.ToText(options.Stream));
    return result.Errors == 0 && result.Requests > 0 ? 0 : 1;
}

static Task<int> CompareAsync(Arguments arguments)
{
    var options = CompareOptions.From(arguments);
    arguments.RejectUnknown();
    return Comparison.RunAsync(options);
}
