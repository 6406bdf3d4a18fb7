using System.Buffers;

namespace Causeway.Wire.Json;

/// <summary>Turns a JSON value into a JSON string that holds it without white space; numbers and escapes keep their spelling.</summary>
internal static class JsonAsText
{
    /// <param name="value">A valid JSON value. So there are no control characters inside its strings to be escaped.</param>
    /// <param name="output">Where the string goes, quotes included.</param>
    public static void Write(ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        var room = output.GetSpan(value.Length * 2 + 2);
        var written = 0;
        room[written++] = (byte)'"';
        var inString = false;
        for (var i = 0; i < value.Length; i++)
        {
            var b = value[i];
            if (!inString && b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') continue;
            if (b == '"') inString = !inString;
            if (b is (byte)'"' or (byte)'\\') room[written++] = (byte)'\\';
            room[written++] = b;
            if (b != '\\') continue;
            // What an escape escapes is not looked at: \" does not end the string.
            b = value[++i];
            if (b is (byte)'"' or (byte)'\\') room[written++] = (byte)'\\';
            room[written++] = b;
        }
        room[written++] = (byte)'"';
        output.Advance(written);
    }
}
