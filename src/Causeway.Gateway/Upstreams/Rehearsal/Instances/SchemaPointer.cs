using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal.Instances;

/// <summary>Finds <c>#</c> and <c>#/$defs/name</c> in the document. Nothing is fetched; other references stay unresolved.</summary>
internal static class SchemaPointer
{
    public static bool TryResolve(JsonElement root, string reference, out JsonElement target)
    {
        target = root;
        if (reference == "#") return true;
        if (!reference.StartsWith("#/", StringComparison.Ordinal)) return false;
        foreach (var step in Uri.UnescapeDataString(reference[2..]).Split('/'))
        {
            if (!TryStep(ref target, step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
                return false;
        }
        return true;
    }

    private static bool TryStep(ref JsonElement element, string step)
    {
        if (element.ValueKind is JsonValueKind.Object) return element.TryGetProperty(step, out element);
        if (element.ValueKind is not JsonValueKind.Array || !int.TryParse(step, out var index)
            || (uint)index >= (uint)element.GetArrayLength()) return false;
        element = element[index];
        return true;
    }
}
