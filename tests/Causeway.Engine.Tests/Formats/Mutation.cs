using System.Buffers.Binary;

namespace Causeway.Engine.Tests.Formats;

/// <summary>A few changes, most of them where the header is: bits, extreme numbers, a piece taken out or said twice, the end cut off.</summary>
internal static class Mutation
{
    public static byte[] Of(byte[] valid, Random random)
    {
        ulong[] extremes = [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1UL << 40, long.MaxValue, 1UL << 63, ulong.MaxValue];
        var bytes = valid.ToArray();
        for (var change = random.Next(1, 4); change > 0 && bytes.Length > 16; change--)
        {
            var at = random.Next(random.Next(8) == 0 ? bytes.Length - 8 : Math.Min(bytes.Length - 8, 24_000));
            var length = Math.Min(random.Next(1, 64), bytes.Length - at);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), extremes[random.Next(extremes.Length)]); break;
                case 2: bytes[at] = (byte)"\"{}[]:,09-.e"[random.Next(12)]; break;
                case 3: bytes = [.. bytes[..at], .. bytes[(at + length)..]]; break;
                case 4: bytes = [.. bytes[..(at + length)], .. bytes[at..]]; break;
                default: bytes = bytes[..random.Next(1, bytes.Length)]; break;
            }
        }
        return bytes;
    }
}
