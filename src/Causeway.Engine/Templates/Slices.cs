namespace Causeway.Engine.Templates;

/// <summary>Python's slices: of texts by code points, of lists by elements; steps may be negative.</summary>
internal static class Slices
{
    public static object? Of(object? value, long? start, long? stop, long step, Rendering rendering, Place place)
    {
        if (step == 0) throw place.Failure("a slice has a step of zero.");
        switch (value)
        {
            case TemplateText text:
                rendering.Room(text.Value.Length, place);
                return OfText(text, start, stop, step);
            case TemplateList list:
                var indices = Indices(list.Items.Count, start, stop, step);
                rendering.Step(place, indices.Count);
                return new TemplateList([.. indices.Select(index => list.Items[index])], list.IsTuple);
            default:
                throw place.Failure($"{Values.Kind(value)} cannot be sliced.");
        }
    }

    private static TemplateText OfText(TemplateText text, long? start, long? stop, long step)
    {
        var starts = text.Starts();
        var indices = Indices(starts.Count, start, stop, step);
        if (indices.Count == 0) return TemplateText.Empty;
        int End(int index) => index + 1 < starts.Count ? starts[index + 1] : text.Value.Length;
        return step == 1
            ? text.Slice(starts[indices[0]], End(indices[^1]) - starts[indices[0]])
            : text.With(string.Concat(indices.Select(index => text.Value[starts[index]..End(index)])));
    }

    private static List<int> Indices(int length, long? start, long? stop, long step)
    {
        long Bound(long? given, long otherwise) => given is not { } bound ? otherwise
            : step > 0 ? Math.Clamp(bound < 0 ? bound + length : bound, 0, length)
            : Math.Clamp(bound < 0 ? bound + length : bound, -1, length - 1);
        var (from, to) = (Bound(start, step > 0 ? 0 : length - 1), Bound(stop, step > 0 ? length : -1));
        var indices = new List<int>();
        for (var at = from; step > 0 ? at < to : at > to; at += step) indices.Add((int)at);
        return indices;
    }
}
