using System.Collections.Immutable;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

internal static class RehearsalSection
{
    private const int MaxFaults = 100;
    private const int MaxEvery = 1_000_000_000;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromHours(1);

    public static RehearsalPlan Read(MapReader reader, DiagnosticBag bag) => new(
        bag.Duration(reader.Find("firstTokenDelay"), "'firstTokenDelay'", TimeSpan.Zero, MaxDelay) ?? TimeSpan.Zero,
        bag.Duration(reader.Find("tokenDelay"), "'tokenDelay'", TimeSpan.Zero, MaxDelay) ?? TimeSpan.Zero,
        ReadFaults(reader.Find("faults"), bag));

    private static ImmutableArray<FaultPlan> ReadFaults(YamlNode? node, DiagnosticBag bag)
    {
        if (bag.Sequence(node, "'faults'") is not { } list) return [];
        if (list.Items.Length > MaxFaults) bag.Add(DiagnosticRule.OutOfRange, list.At, $"'faults' has at most {MaxFaults} entries");
        var faults = ImmutableArray.CreateBuilder<FaultPlan>();
        foreach (var item in list.Items.Take(MaxFaults))
            if (ReadFault(item, bag) is { } fault) faults.Add(fault);
        return faults.ToImmutable();
    }

    private static FaultPlan? ReadFault(YamlNode item, DiagnosticBag bag)
    {
        if (MapReader.Over(item, SpecShapes.Fault, "a fault", bag) is not { } reader) return null;
        var kind = bag.Choice(reader.Find("kind"), "'kind'", PlanWords.Faults);
        var every = bag.Integer(reader.Find("every"), "'every'", 1, MaxEvery);
        return kind is { } known && every is { } number ? new FaultPlan(known, number) : null;
    }
}
