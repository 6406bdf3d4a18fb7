using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Spec.Catalog;

namespace Causeway.Cataloguing;

/// <summary>Differences between catalogs, one a line.</summary>
internal static class ChangeList
{
    public static void Write(TextWriter output, IEnumerable<CatalogChange> changes, bool asJson)
    {
        var any = false;
        foreach (var change in changes)
        {
            any = true;
            if (asJson) output.WriteLine(JsonOf(change));
            else WriteLine(output, change);
        }
        if (!any && !asJson) output.WriteLine("No difference.");
    }

    private static void WriteLine(TextWriter output, CatalogChange change)
    {
        var mark = (change.Old, change.New) switch { (null, _) => '+', (_, null) => '-', _ => '~' };
        output.WriteLine($"{mark} {change.Where} {change.What}");
        if (change.Old is not null) output.WriteLine($"    was {change.Old}");
        if (change.New is not null) output.WriteLine($"    now {change.New}");
    }

    private static string JsonOf(CatalogChange change)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("where", change.Where);
            json.WriteString("what", change.What);
            json.WriteString("old", change.Old);
            json.WriteString("new", change.New);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
