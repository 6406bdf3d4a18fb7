using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Causeway.Engine.Tokenizers;

/// <summary>A fast hash of short byte strings. Seeded anew in each process: a vocabulary made to collide must not know the seed.</summary>
internal static class ByteHash
{
    private static readonly ulong _seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    public static int Of(ReadOnlySpan<byte> bytes)
    {
        var hash = _seed ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        ulong rest = 0;
        foreach (var one in bytes) rest = (rest << 8) | one;
        return (int)(Mix(hash ^ rest) >> 32);
    }

    public static int Of(ulong key) => (int)(Mix(_seed ^ key) >> 32);

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value ^ 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, out ulong low);
        return BitOperations.RotateLeft(high ^ low, 23);
    }
}
