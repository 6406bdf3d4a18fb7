namespace Causeway.Engine.Training;

/// <summary>The shape of a new adapter.</summary>
public sealed record LoraOptions
{
    /// <summary>The width of the thin matrices.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>The change is scaled by alpha/rank.</summary>
    public float Alpha { get; init; } = 32;

    /// <summary>Which projections learn, by the last part of their name.</summary>
    public IReadOnlyList<string> Modules { get; init; } = AllModules;

    public static IReadOnlyList<string> AllModules { get; } = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
}

/// <summary>Puts an adapter onto a model, so that it learns and the base does not.</summary>
public static class LoraAdapters
{
    /// <exception cref="ArgumentException">No such projection.</exception>
    public static void AttachAdapter(this TrainedModel model, LoraOptions options, int seed)
    {
        if (options.Modules.Except(LoraOptions.AllModules).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"There is no projection {unknown} to adapt; there are {string.Join(", ", LoraOptions.AllModules)}.", nameof(options));
        foreach (var parameter in model.Parameters) parameter.Freeze();
        var random = new Random(seed);
        foreach (var linear in model.Linears.Where(linear => options.Modules.Contains(ModuleOf(linear))))
        {
            var path = linear.Weight.Name[..^".weight".Length];
            var a = new Parameter($"{path}.lora_A.weight", options.Rank, linear.Inputs).Draw(random, 1 / MathF.Sqrt(3 * linear.Inputs));
            linear.Adapter = new LoraPair(a, new Parameter($"{path}.lora_B.weight", linear.Outputs, options.Rank), options.Alpha / options.Rank);
        }
    }

    /// <summary>Runs something on the base alone, as if no adapter were there.</summary>
    internal static T WithoutAdapter<T>(this TrainedModel model, Func<T> run)
    {
        var adapted = model.Linears.Where(linear => linear.Adapter is not null).Select(linear => (Linear: linear, Pair: linear.Adapter)).ToList();
        foreach (var (linear, _) in adapted) linear.Adapter = null;
        try
        {
            return run();
        }
        finally
        {
            foreach (var (linear, pair) in adapted) linear.Adapter = pair;
        }
    }

    internal static string ModuleOf(TrainedLinear linear) => linear.Weight.Name.Split('.')[^2];
}
