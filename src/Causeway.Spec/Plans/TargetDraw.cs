using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Spec.Plans;

/// <summary>
/// The weighted draw of a route's first target: weighted rendezvous hashing. Each target i has <c>u = (mix(seed xor id) + 0.5) / 2^53</c>
/// (the upper 53 bits) and wins with the smallest <c>-ln(u) / weight</c>. So each wins its share of identities, a changed weight moves only
/// the share that must move, and anybody can recompute it (docs/reference/routing.md). Immutable.
/// </summary>
public sealed class TargetDraw
{
    private const double Unit = 1.0 / (1L << 53);

    private readonly ImmutableArray<ulong> _ids;

    /// <param name="targets">Those without a weight are never drawn first.</param>
    public TargetDraw(ImmutableArray<TargetPlan> targets)
    {
        Weights = Reduced([.. targets.Select(target => target.Weight ?? 0)]);
        _ids = IdsOf(targets);
        Orders = [.. Enumerable.Range(0, targets.Length).Select(first => OrderFrom(first, targets))];
    }

    /// <summary>By target, divided by their greatest common divisor.</summary>
    public ImmutableArray<int> Weights { get; }

    /// <summary>For each target the order that begins with it; the others follow as the spec lists them.</summary>
    public ImmutableArray<ImmutableArray<TargetPlan>> Orders { get; }

    /// <summary>The index of the target that serves an identity with this seed.</summary>
    public int Draw(ulong seed)
    {
        var best = 0;
        var lowest = double.PositiveInfinity;
        for (var i = 0; i < _ids.Length; i++)
        {
            if (Weights[i] == 0) continue;
            var score = -Math.Log(((Mix(seed ^ _ids[i]) >> 11) + 0.5) * Unit) / Weights[i];
            if (score < lowest) (best, lowest) = (i, score);
        }
        return best;
    }

    /// <summary>First 8 bytes, big-endian, of SHA-256 over the route's name, a line feed and the identity, in UTF-8.</summary>
    public static ulong Seed(string route, ReadOnlySpan<char> identity)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[1024];
        Append(hash, route, bytes);
        hash.AppendData("\n"u8);
        Append(hash, identity, bytes);
        hash.GetHashAndReset(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    // Cut anywhere, a text still hashes as its UTF-8: a pair is never separated.
    private static void Append(IncrementalHash hash, ReadOnlySpan<char> text, Span<byte> bytes)
    {
        while (!text.IsEmpty)
        {
            var take = Math.Min(text.Length, bytes.Length / 3);
            if (take < text.Length && char.IsHighSurrogate(text[take - 1])) take--;
            hash.AppendData(bytes[..Encoding.UTF8.GetBytes(text[..take], bytes)]);
            text = text[take..];
        }
    }

    // What stands for the same target in its other Regions comes along.
    private static ImmutableArray<TargetPlan> OrderFrom(int first, ImmutableArray<TargetPlan> targets)
    {
        var end = first + 1;
        while (end < targets.Length && targets[end] is { Weight: null, Region: not null } next && next.Upstream == targets[first].Upstream && next.Model == targets[first].Model) end++;
        return [.. targets[first..end], .. targets[..first], .. targets[end..]];
    }

    // A target is known by what it is, not by where it stands: reordering fallbacks moves nobody. The same one listed twice is two.
    private static ImmutableArray<ulong> IdsOf(ImmutableArray<TargetPlan> targets)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var ids = ImmutableArray.CreateBuilder<ulong>(targets.Length);
        foreach (var target in targets)
        {
            var name = $"{target.Upstream}/{target.Model}";
            var times = seen[name] = seen.GetValueOrDefault(name) + 1;
            var text = times == 1 ? name : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}#{times}");
            ids.Add(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        }
        return ids.ToImmutable();
    }

    private static ImmutableArray<int> Reduced(ImmutableArray<int> weights)
    {
        var divisor = weights.Aggregate(0, GreatestCommonDivisor);
        return divisor <= 1 ? weights : [.. weights.Select(weight => weight / divisor)];
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    // The finalizer of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
