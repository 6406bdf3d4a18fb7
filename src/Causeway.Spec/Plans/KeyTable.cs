using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Spec.Plans;

/// <summary>A caller's key, known by its hash only.</summary>
/// <param name="Hash"><c>sha256:</c> and 64 lower-case hex digits of the key's UTF-8 bytes.</param>
public sealed record KeyPlan(string Name, string Hash);

/// <summary>Finds a key by what the caller presented. Keys are random 256-bit values, so a lookup by plain SHA-256 is safe (no salt needed).</summary>
public sealed class KeyTable
{
    private const int MaxKeyBytes = 512;
    private readonly FrozenDictionary<Digest, KeyPlan> _byDigest;

    public KeyTable(ImmutableArray<KeyPlan> keys)
    {
        All = keys;
        _byDigest = keys.ToFrozenDictionary(key => Digest.Parse(key.Hash));
    }

    public ImmutableArray<KeyPlan> All { get; }

    /// <summary>True when the spec lists no key: loopback callers only, any bearer accepted.</summary>
    public bool IsEmpty => All.IsEmpty;

    /// <summary>The key that hashes to a listed hash, or null. Allocates nothing.</summary>
    public KeyPlan? Find(ReadOnlySpan<char> presented)
    {
        Span<byte> utf8 = stackalloc byte[MaxKeyBytes];
        if (!Encoding.UTF8.TryGetBytes(presented, utf8, out var length)) return null;
        return _byDigest.GetValueOrDefault(Digest.Of(utf8[..length]));
    }

    private readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
    {
        public static Digest Of(ReadOnlySpan<byte> key)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(key, hash);
            return From(hash);
        }

        public static Digest Parse(string text) => From(Convert.FromHexString(text.AsSpan("sha256:".Length)));

        private static Digest From(ReadOnlySpan<byte> hash) => new(
            BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]), BitConverter.ToUInt64(hash[16..]), BitConverter.ToUInt64(hash[24..]));
    }
}
