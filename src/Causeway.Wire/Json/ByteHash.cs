using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Causeway.Wire.Json;

/// <summary>A fast hash of short byte strings, seeded per process so that nobody can prepare collisions. Never stored.</summary>
internal static class ByteHash
{
    private static readonly ulong s_seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private static readonly ulong s_factor = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = s_seed ^ (uint)bytes.Length;
        for (; bytes.Length >= 8; bytes = bytes[8..]) hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes));
        if (bytes.Length >= 4)
            hash = Mix(hash ^ MemoryMarshal.Read<uint>(bytes) ^ ((ulong)MemoryMarshal.Read<uint>(bytes[^4..]) << 32));
        else if (bytes.Length > 0)
            hash = Mix(hash ^ bytes[0] ^ ((ulong)bytes[bytes.Length >> 1] << 8) ^ ((ulong)bytes[^1] << 16));
        return Mix(hash ^ s_seed);
    }

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, s_factor, out var low);
        return high ^ low;
    }
}
