using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Spec.Plans;

/// <summary>A caller's key, known by its hash only.</summary>
/// <param name="Hash"><c>sha256:</c> and 64 lower-case hex digits of the key's UTF-8 bytes.</param>
public sealed record KeyPlan(string Name, string Hash)
{
    /// <summary>It may upload files and start fine-tuning jobs, which take disk and processor.</summary>
    public bool MayTune { get; init; }
}

/// <summary>
/// Finds a key by what the caller presented. Keys are random 256-bit values, so a lookup by plain SHA-256 is safe (no salt needed). A caller comes
/// with the same key again and again: keys that were found are remembered as they were presented, and not hashed anew. Thread-safe.
/// </summary>
public sealed class KeyTable
{
    private const int MaxKeyBytes = 512;
    private const int MaxRemembered = 256;
    private readonly FrozenDictionary<Digest, KeyPlan> _byDigest;
    private readonly Found?[] _found = new Found?[MaxRemembered];

    public KeyTable(ImmutableArray<KeyPlan> keys)
    {
        All = keys;
        _byDigest = keys.ToFrozenDictionary(key => Digest.Parse(key.Hash));
    }

    public ImmutableArray<KeyPlan> All { get; }

    /// <summary>True when the spec lists no key: loopback callers only, any bearer accepted.</summary>
    public bool IsEmpty => All.IsEmpty;

    /// <summary>The key that hashes to a listed hash, or null. Allocates nothing for one that was found lately.</summary>
    public KeyPlan? Find(ReadOnlySpan<char> presented)
    {
        // The runtime's string hash has a secret seed: without the right key nobody comes as far as the comparison, so its time tells nothing.
        var hash = string.GetHashCode(presented);
        ref var place = ref _found[(uint)hash % MaxRemembered];
        if (Volatile.Read(ref place) is { } found && found.Hash == hash && presented.SequenceEqual(found.Presented)) return found.Key;
        if (FindByDigest(presented) is not { } key) return null;
        Volatile.Write(ref place, new Found(hash, presented.ToString(), key));
        return key;
    }

    private KeyPlan? FindByDigest(ReadOnlySpan<char> presented)
    {
        Span<byte> utf8 = stackalloc byte[MaxKeyBytes];
        if (!Encoding.UTF8.TryGetBytes(presented, utf8, out var length)) return null;
        return _byDigest.GetValueOrDefault(Digest.Of(utf8[..length]));
    }

    // No record: that would print the key.
    private sealed class Found(int hash, string presented, KeyPlan key)
    {
        public int Hash => hash;
        public string Presented => presented;
        public KeyPlan Key => key;
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
