using System.Text;

namespace Causeway.Gateway.Tests.Fuzz;

/// <summary>Makes inputs that are nearly right: a good one with some harm done to it, or a handful of words of its language. The same seed makes the same input.</summary>
internal sealed class Mutator(IReadOnlyList<string> seeds, IReadOnlyList<string> tokens, Random random)
{
    private const int MaxBytes = 64 << 10;
    private static readonly byte[] _odd = [0, (byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)'[', (byte)']', (byte)',', (byte)':', (byte)'\n', (byte)'\r', (byte)' ', (byte)'-', (byte)'9', (byte)'e', 0x80, 0xC3, 0xED, 0xF0, 0xFF];

    public byte[] Next()
    {
        List<byte> bytes = [.. random.Next(6) == 0 ? Mash() : Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Count)])];
        for (var rounds = random.Next(1, 1 << random.Next(1, 5)); rounds > 0; rounds--) Harm(bytes);
        return [.. bytes.Take(MaxBytes)];
    }

    private byte[] Mash() => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => tokens[random.Next(tokens.Count)])));

    private void Harm(List<byte> bytes)
    {
        if (bytes.Count == 0)
        {
            bytes.AddRange(Token());
            return;
        }
        var at = random.Next(bytes.Count);
        switch (random.Next(9))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = _odd[random.Next(_odd.Length)]; break;
            case 2: bytes.RemoveRange(at, Length(bytes, at)); break;
            case 3: bytes.InsertRange(at, bytes.GetRange(at, Length(bytes, at))); break;
            case 4: bytes.InsertRange(at, Token()); break;
            case 5:
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 12)));
                bytes.InsertRange(at, Token());
                break;
            case 6: bytes.InsertRange(at, PieceOfAnother()); break;
            case 7 when random.Next(3) == 0: bytes.RemoveRange(at, bytes.Count - at); break;
            case 8 when random.Next(4) == 0: Repeat(bytes, at); break;
        }
    }

    private void Repeat(List<byte> bytes, int at)
    {
        var piece = bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 16)));
        var times = random.Next(1, Math.Max(2, (MaxBytes - bytes.Count) / piece.Count));
        if (times > 0) bytes.InsertRange(at, Enumerable.Repeat(piece, Math.Min(times, 1 << random.Next(1, 14))).SelectMany(each => each));
    }

    private byte[] Token() => Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Count)]);

    private byte[] PieceOfAnother()
    {
        var other = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Count)]);
        var from = random.Next(other.Length);
        return other[from..(from + random.Next(1, Math.Min(200, other.Length - from) + 1))];
    }

    private int Length(List<byte> bytes, int at) => random.Next(1, Math.Min(random.Next(2, 120), bytes.Count - at) + 1);
}
