using BenchmarkDotNet.Running;
using Causeway.Benchmarks;

// budgets: bytes allocated per request against bench/budgets.json, a few seconds, gates CI.
// anything else: BenchmarkDotNet, e.g. --filter '*Pipeline*'.
return args is ["budgets", ..] ? Budgets.Check(Console.Out, update: args.Contains("--update")) : Run(args);

static int Run(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(Budgets).Assembly).Run(args);
    return 0;
}
