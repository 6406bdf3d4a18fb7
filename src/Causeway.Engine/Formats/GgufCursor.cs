using System.Runtime.InteropServices;
using System.Text;

namespace Causeway.Engine.Formats;

/// <summary>Reads a mapped GGUF file from front to back; nothing beyond its end is ever touched. Not thread-safe.</summary>
internal sealed class GgufCursor(MappedFile file)
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public long At { get; private set; }

    public T Read<T>()
        where T : unmanaged
    {
        var size = Marshal.SizeOf<T>();
        Need(size);
        var value = MemoryMarshal.Read<T>(file.Span(At, size));
        At += size;
        return value;
    }

    /// <summary>A string of UTF-8 with its length before it.</summary>
    public string ReadString(int limit)
    {
        var length = Read<ulong>();
        if (length > (ulong)limit) throw Bad($"has a string of {length} bytes; {limit} are taken at the most here");
        Need((long)length);
        var bytes = file.Span(At, (int)length);
        At += (long)length;
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // A token may be any bytes in the files of some converters; those are not text that anything is compared with.
            return Encoding.UTF8.GetString(bytes);
        }
    }

    public void Skip(ulong bytes)
    {
        if (bytes > (ulong)(file.Length - At)) throw Bad("ends inside its header: it is cut short or damaged");
        At += (long)bytes;
    }

    /// <summary>A cursor of its own at an earlier place.</summary>
    public GgufCursor From(long at) => new(file) { At = at };

    public ModelFormatException Bad(string what) => new($"{file.Name} {what}.");

    private void Need(long bytes)
    {
        if (bytes > file.Length - At) throw Bad("ends inside its header: it is cut short or damaged");
    }
}
