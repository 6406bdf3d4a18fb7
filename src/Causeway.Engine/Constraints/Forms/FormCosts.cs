using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Forms;

/// <summary>
/// What every form costs at the least, by going round until nothing changes. A form whose cost is never found has no finite value; then a
/// member that needs it cannot be there, and neither can what requires the member.
/// </summary>
internal static class FormCosts
{
    public static void Settle(List<ValueForm> forms, int maxRounds)
    {
        for (var round = 0; ; round++)
        {
            if (round == maxRounds) throw new ConstraintException("", "", "refers to itself in too involved a way");
            var changed = false;
            // Forms lie behind the ones that led to them, so that most are settled in one round.
            for (var i = forms.Count - 1; i >= 0; i--) changed |= Improve(forms[i]);
            if (!changed) break;
        }
        foreach (var form in forms)
        {
            form.Arrays = [.. form.Arrays.Where(array => array.Cost < ValueForm.Impossible)];
            form.Objects = [.. form.Objects.Where(member => member.Cost < ValueForm.Impossible)];
        }
    }

    private static bool Improve(ValueForm form)
    {
        var (cost, depth) = (ValueForm.Impossible, ValueForm.Impossible);
        if (form.Raw is { } raw) (cost, depth) = (raw.Distance, 0);
        if (form.Text is { } text) (cost, depth) = (Math.Min(cost, 2 + text.Distance * ValueForm.CostOfCodePoint), 0);
        foreach (var array in form.Arrays)
        {
            Measure(array);
            (cost, depth) = (Math.Min(cost, array.Cost), Math.Min(depth, array.Depth));
        }
        foreach (var alternative in form.Objects)
        {
            Measure(alternative);
            (cost, depth) = (Math.Min(cost, alternative.Cost), Math.Min(depth, alternative.Depth));
        }
        var changed = cost < form.Cost || depth < form.Depth;
        (form.Cost, form.Depth) = (cost, depth);
        return changed;
    }

    private static void Measure(ArrayForm array)
    {
        if (array.Unique is { } unique && LanguageCount.Of(unique) < array.Min) return;
        var depth = 1;
        var needed = (long)Math.Max(array.Min, array.MinCounted);
        var counted = array.MinCounted;
        for (var i = 0; i < Math.Min(needed, array.Items.Length); i++)
        {
            var form = Cheapest(array, i, needed - i <= counted);
            if (form == array.CountedAt(i)) counted--;
            if (!form.IsPossible) return;
            depth = Math.Max(depth, 1 + form.Depth);
        }
        // This takes counted items wherever they are needed; whether that adds up is asked for itself.
        if (!array.CanFinishUnsettled()) return;
        (array.Cost, array.Depth) = ((int)Math.Min(1 + array.CostFrom(0, 0), ValueForm.Impossible - 1), depth);
    }

    private static ValueForm Cheapest(ArrayForm array, int index, bool mustCount)
    {
        var (item, counted) = (array.ItemAt(index), array.CountedAt(index));
        if (counted is null || (!mustCount && item.Cost <= counted.Cost)) return item;
        return counted.IsPossible ? counted : item;
    }

    private static void Measure(ObjectForm form)
    {
        long cost = 2;
        var depth = 1;
        var depths = new List<int>();
        var costs = new List<long>();
        for (var i = 0; i < form.Names.Length; i++)
        {
            var value = form.Values[i];
            if (!value.IsPossible && form.IsRequired[i]) return;
            if (!value.IsPossible) continue;
            if (form.IsRequired[i]) (cost, depth) = (cost + form.CostOfMember(i), Math.Max(depth, value.Depth + 1));
            else
            {
                depths.Add(value.Depth);
                costs.Add(form.CostOfMember(i));
            }
        }
        var missing = form.Min - form.RequiredCount;
        if (missing > 0)
        {
            foreach (var (names, value) in form.Others)
                if (value.IsPossible) depths.AddRange(Enumerable.Repeat(value.Depth, Math.Min(missing, LanguageCount.Of(names))));
            if (depths.Count < missing) return;
            depth = Math.Max(depth, depths.Order().ElementAt(missing - 1) + 1);
            cost += form.CostOfCheapest(costs, missing);
        }
        (form.Cost, form.Depth) = ((int)Math.Min(cost, ValueForm.Impossible - 1), depth);
    }
}
