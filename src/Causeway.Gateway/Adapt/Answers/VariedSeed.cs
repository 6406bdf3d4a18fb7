using System.Globalization;
using System.Text;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// The seed of one of several choices that are requests of their own: the same seed would make them the same. Choice 0 keeps the caller's,
/// each further one has the next number; behind the largest comes the smallest. So the same request still gives the same choices.
/// </summary>
internal static class VariedSeed
{
    /// <param name="body">A JSON object, as the gateway has checked.</param>
    /// <returns>The same memory where there is no seed, or one that is no whole number.</returns>
    public static ReadOnlyMemory<byte> In(ReadOnlyMemory<byte> body, int choice)
    {
        if (choice == 0) return body;
        var json = body.Span;
        var cursor = new JsonCursor(json, new ByteRange(json.IndexOf((byte)'{'), json.Length));
        while (cursor.Read())
            if (cursor.NameIs("seed"u8) && JsonValue.Integer(cursor.Value.In(json)) is { } seed)
                return (byte[])[.. json[..cursor.Value.Start], .. Digits(unchecked(seed + choice)), .. json[cursor.Value.End..]];
        return body;
    }

    private static byte[] Digits(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
