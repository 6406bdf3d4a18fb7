using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal.Instances;

/// <summary>A small number within bounds. Decimal arithmetic, so that multiples of 0.01 are exact.</summary>
internal static class NumberInstance
{
    /// <summary>Bounds beyond this are cut to it: no schema of a tool means them, and the arithmetic cannot overflow.</summary>
    private const decimal Far = 1e15m;
    private const decimal SmallestStep = 1e-9m;
    private const int MostTries = 1000;

    public static decimal Pick(SchemaFacets facets, bool integer, ref Chance chance)
    {
        var range = Range.Of(facets);
        var step = Step(facets) ?? (integer ? 1 : 0);
        return step == 0 ? Fraction(range, ref chance) : Multiple(range, step, integer, ref chance);
    }

    private static decimal Fraction(Range range, ref Chance chance)
    {
        var part = 1 + chance.Below(9);
        return range switch
        {
            { Low: { } low, High: { } high } => low + ((high - low) * part / 10),
            { Low: { } low } => low + (part * 0.5m),
            { High: { } high } => high - (part * 0.5m),
            _ => part * 0.5m,
        };
    }

    private static decimal Multiple(Range range, decimal step, bool integer, ref Chance chance)
    {
        var start = range.Low ?? (range.High is { } top && top < 0 ? top - (100 * step) : 0);
        var first = Math.Ceiling(start / step) * step;
        var room = range.High is { } high ? Math.Clamp(Math.Floor((high - first) / step) + 1, 1, 100) : 100;
        var offset = chance.Below((int)room) * step;
        for (var turn = 0; turn < MostTries; turn++)
        {
            var value = first + ((offset + (turn * step)) % (room * step));
            if (turn >= room) value = first + (turn * step);
            if (range.Contains(value) && (!integer || decimal.IsInteger(value))) return Plain(value);
        }
        return first;
    }

    /// <summary>Without the trailing zeros of decimal arithmetic: <c>3</c>, not <c>3.00</c>.</summary>
    private static decimal Plain(decimal value) => value / 1.000000000000000000000000000000000m;

    private static decimal? Step(SchemaFacets facets)
    {
        foreach (var value in facets.All("multipleOf"))
        {
            if (value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out var step) && step is >= SmallestStep and <= Far)
                return step;
        }
        return null;
    }

    private readonly record struct Range(decimal? Low, bool LowOpen, decimal? High, bool HighOpen)
    {
        public static Range Of(SchemaFacets facets)
        {
            var range = default(Range);
            foreach (var value in facets.All("minimum")) range = range.Above(value, facets.IsTrue("exclusiveMinimum"));
            foreach (var value in facets.All("exclusiveMinimum")) range = range.Above(value, true);
            foreach (var value in facets.All("maximum")) range = range.Below(value, facets.IsTrue("exclusiveMaximum"));
            foreach (var value in facets.All("exclusiveMaximum")) range = range.Below(value, true);
            return range;
        }

        public bool Contains(decimal value) =>
            !(value < Low || value > High || (LowOpen && value == Low) || (HighOpen && value == High));

        private Range Above(JsonElement bound, bool open) =>
            !TryBound(bound, out var low) || low < Low || (low == Low && !open) ? this : this with { Low = low, LowOpen = open };

        private Range Below(JsonElement bound, bool open) =>
            !TryBound(bound, out var high) || high > High || (high == High && !open) ? this : this with { High = high, HighOpen = open };

        private static bool TryBound(JsonElement element, out decimal bound)
        {
            bound = 0;
            if (element.ValueKind is not JsonValueKind.Number) return false;
            if (!element.TryGetDecimal(out bound)) bound = element.GetDouble() < 0 ? -Far : Far;
            bound = Math.Clamp(bound, -Far, Far);
            return true;
        }
    }
}
