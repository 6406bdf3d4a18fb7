namespace Causeway.Engine.Templates;

/// <summary>Members of values: <c>a.b</c> looks for a method first and then for a key, <c>a['b']</c> the other way round, as in Jinja.</summary>
internal static class Members
{
    public static object? Attribute(object? target, string name, Place place)
    {
        if (target is Undefined undefined) throw place.Failure($"the member \"{name}\" is asked of {undefined.Reason}.");
        return Method(target, name) is { } method ? method : TryEntry(target, name, out var value) ? value : Missing(target, name);
    }

    public static object? Item(object? target, object? index, Place place)
    {
        if (target is Undefined undefined) throw place.Failure($"a member is asked of {undefined.Reason}.");
        if (index is TemplateText name)
            return TryEntry(target, name.Value, out var value) ? value : Method(target, name.Value) is { } method ? method : Missing(target, name.Value);
        if (Values.AsInteger(index) is not { } at) return new Undefined($"a member of {Values.Kind(target)} that is not there");
        return target switch
        {
            TemplateList list when At(at, list.Items.Count) is { } found => list.Items[found],
            TemplateText text when Character(text, at) is { } character => character,
            _ => new Undefined($"the element {at} of {Values.Kind(target)}, which is not there"),
        };
    }

    private static int? At(long index, int count)
    {
        if (index < 0) index += count;
        return index >= 0 && index < count ? (int)index : null;
    }

    private static TemplateText? Character(TemplateText text, long index)
    {
        if (text.Value.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0) return At(index, text.Value.Length) is { } at ? text.Slice(at, 1) : null;
        var starts = text.Starts();
        return At(index, starts.Count) is { } place ? text.Slice(starts[place], (place + 1 < starts.Count ? starts[place + 1] : text.Value.Length) - starts[place]) : null;
    }

    private static bool TryEntry(object? target, string name, out object? value)
    {
        value = null;
        return target switch
        {
            TemplateMap map => map.TryGet(name, out value),
            TemplateNamespace space => space.Members.TryGetValue(name, out value),
            LoopState loop => loop.TryGet(name, out value),
            _ => false,
        };
    }

    private static TemplateFunction? Method(object? target, string name) => target switch
    {
        TemplateText text => TextMethods.Find(text, name),
        TemplateMap map => MapMethod(map, name),
        TemplateList list => ListMethod(list, name),
        _ => null,
    };

    private static Undefined Missing(object? target, string name) => new($"\"{name}\", which {Values.Kind(target)} does not have");

    private static TemplateFunction? MapMethod(TemplateMap map, string name) => name switch
    {
        "items" => call => new TemplateList([.. Charged(call.AtMost(), map).Items]),
        "keys" => call => new TemplateList([.. Charged(call.AtMost(), map).Keys]),
        "values" => call => new TemplateList([.. Charged(call.AtMost(), map).Select(entry => entry.Value)]),
        "get" => call => call.AtMost("key", "default").Get(0, "key") is TemplateText key && map.TryGet(key.Value, out var value) ? value
            : call.TryGet(1, "default", out var otherwise) ? otherwise : null,
        _ => null,
    };

    private static TemplateMap Charged(CallArguments call, TemplateMap map)
    {
        call.Rendering.Step(call.Place, map.Count);
        return map;
    }

    private static TemplateFunction? ListMethod(TemplateList list, string name) => name switch
    {
        "index" => call =>
        {
            var value = call.AtMost("value").Get(0, "value");
            for (var i = 0; i < list.Items.Count; i++)
                if (Values.AreEqual(list.Items[i], value)) return (long)i;
            throw call.Place.Failure("a list is asked for the place of what is not in it.");
        },
        "count" => call => (long)list.Items.Count(item => Values.AreEqual(item, call.AtMost("value").Get(0, "value"))),
        _ => null,
    };
}
