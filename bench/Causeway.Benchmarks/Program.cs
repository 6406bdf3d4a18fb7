using BenchmarkDotNet.Running;
using Causeway.Benchmarks;
using Causeway.Benchmarks.Training;

// budgets: bytes allocated per request against bench/budgets.json, a few seconds, gates CI.
// training [PATH]: how fast the engine trains, and its products of matrices beside OpenBLAS at PATH; see bench/training.sh.
// anything else: BenchmarkDotNet, e.g. --filter '*Pipeline*'.
return args switch
{
    ["budgets", ..] => Budgets.Check(Console.Out, update: args.Contains("--update")),
    ["training", ..] => TrainingSpeed.Report(Console.Out, args.ElementAtOrDefault(1)),
    _ => Run(args),
};

static int Run(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(Budgets).Assembly).Run(args);
    return 0;
}
