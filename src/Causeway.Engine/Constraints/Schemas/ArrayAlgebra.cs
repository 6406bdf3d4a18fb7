namespace Causeway.Engine.Constraints.Schemas;

/// <summary>And and not of arrays.</summary>
internal sealed class ArrayAlgebra(SchemaShapes shapes, Conjunction.Table table)
{
    /// <summary>Null when no array belongs to both, as far as that can be shown.</summary>
    public ArrayShape? And(ArrayShape left, ArrayShape right)
    {
        var prefix = new List<Conjunction>();
        for (var i = 0; i < Math.Max(left.Prefix.Count, right.Prefix.Count); i++) prefix.Add(table.And(At(left, i), At(right, i)));
        return Checked(new ArrayShape
        {
            Prefix = prefix,
            Rest = left.Rest is null ? right.Rest : right.Rest is null ? left.Rest : table.And(left.Rest, right.Rest),
            Min = Math.Max(left.Min, right.Min),
            Max = Math.Min(left.Max, right.Max),
            Contains = [.. left.Contains, .. right.Contains],
            IsUnique = left.IsUnique || right.IsUnique,
            Evaluated = Math.Max(left.Evaluated, right.Evaluated),
        });
    }

    /// <summary>The arrays that do not belong to it; null where that cannot be said.</summary>
    public IReadOnlyList<ArrayShape>? Not(ArrayShape shape)
    {
        if (shape.Contains.Count > 0 || shape.IsUnique) return null;
        var others = new List<ArrayShape>();
        if (shape.Min > 0) others.Add(new ArrayShape { Max = shape.Min - 1 });
        if (shape.Max != ArrayShape.Unbounded) others.Add(new ArrayShape { Min = shape.Max + 1 });
        for (var i = 0; i < shape.Prefix.Count; i++)
            foreach (var term in shape.Prefix[i].IsNever ? [table.Always] : shape.Prefix[i].Terms.Select(table.Not))
                others.Add(new ArrayShape { Prefix = [.. Enumerable.Repeat(table.Always, i), term], Min = i + 1 });
        if (shape.Rest is not { IsAlways: false } rest) return others;
        if (rest.IsNever) others.Add(new ArrayShape { Min = shape.Prefix.Count + 1 });
        else if (shape.Prefix.Count > 0) return null;
        else others.AddRange(rest.Terms.Select(term => new ArrayShape { Contains = [(table.Not(term), 1, ArrayShape.Unbounded)] }));
        return others;
    }

    public Conjunction At(ArrayShape shape, int index) => index < shape.Prefix.Count ? shape.Prefix[index] : shape.Rest ?? table.Always;

    /// <summary>Without items that nothing can be; null when too few are left.</summary>
    public ArrayShape? Checked(ArrayShape shape)
    {
        var max = shape.Max;
        for (var i = 0; i < shape.Prefix.Count && i < max; i++)
            if (shapes.IsImpossible(shape.Prefix[i])) max = i;
        if (shape.Rest is { } rest && max > shape.Prefix.Count && shapes.IsImpossible(rest)) max = shape.Prefix.Count;
        return shape.Min > max ? null : max == shape.Max ? shape : shape with { Max = max };
    }
}
