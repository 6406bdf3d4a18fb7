using System.Text;

namespace Causeway.EndToEnd.Tests;

/// <summary>A span as it stands in an OTLP/HTTP export: enough of protobuf to read it, nothing more.</summary>
internal sealed record OtlpSpan(string Name, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Reads an <c>ExportTraceServiceRequest</c>: resource spans (1), scope spans (2), spans (2).</summary>
    public static IEnumerable<OtlpSpan> ReadAll(byte[] export) =>
        from resource in Fields(export) where resource.Number == 1
        from scope in Fields(resource.Bytes) where scope.Number == 2
        from span in Fields(scope.Bytes) where span.Number == 2
        select Read(span.Bytes);

    /// <summary>The resource's attributes: service name and the like.</summary>
    public static IReadOnlyDictionary<string, string> Resource(byte[] export) =>
        (from all in Fields(export) where all.Number == 1
         from resource in Fields(all.Bytes) where resource.Number == 1
         from attribute in Fields(resource.Bytes) where attribute.Number == 1
         select Attribute(attribute.Bytes)).ToDictionary(StringComparer.Ordinal);

    private static OtlpSpan Read(byte[] span)
    {
        var fields = Fields(span).ToList();
        string Hex(int number) => Convert.ToHexStringLower(fields.FirstOrDefault(field => field.Number == number).Bytes ?? []);
        var attributes = fields.Where(field => field.Number == 9).Select(field => Attribute(field.Bytes));
        return new OtlpSpan(Encoding.UTF8.GetString(fields.First(field => field.Number == 5).Bytes), Hex(1), Hex(2), Hex(4), attributes.ToDictionary(StringComparer.Ordinal));
    }

    /// <summary>Strings as they are, numbers by their digits.</summary>
    private static KeyValuePair<string, string> Attribute(byte[] attribute)
    {
        var fields = Fields(attribute).ToList();
        var value = Fields(fields.First(field => field.Number == 2).Bytes).FirstOrDefault();
        var text = value.Number == 1 ? Encoding.UTF8.GetString(value.Bytes) : value.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return KeyValuePair.Create(Encoding.UTF8.GetString(fields.First(field => field.Number == 1).Bytes), text);
    }

    private static IEnumerable<(int Number, byte[] Bytes, ulong Value)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            var (number, kind) = ((int)(key >> 3), key & 7);
            if (kind == 0) yield return (number, [], Varint(message, ref at));
            else
            {
                var length = kind switch { 1 => 8, 5 => 4, 2 => (int)Varint(message, ref at), _ => throw new FormatException($"wire type {kind}") };
                yield return (number, message[at..(at + length)], 0);
                at += length;
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
