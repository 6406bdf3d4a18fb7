using Causeway.Load;
using Causeway.Load.Mock;

try
{
    return args switch
    {
        ["mock", .. var rest] => StartMock(Arguments.Parse(rest)),
        _ => 0,
    };
}
catch (UsageException problem)
{
    Console.Error.WriteLine($"error: {problem.Message}");
    return 2;
}

static int StartMock(Arguments options)
{
    var port = options.Integer("port", 9090);
    var script = new MockScript(options.Integer("tokens", 64), options.Duration("pace", TimeSpan.Zero), options.Size("body", 1024));
    options.RejectUnknown();
    return MockServer.Serve(port, script);
}
