using System.Text;
using Causeway.Engine.Constraints;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>Texts drawn at random under a constraint, every allowed token as likely as any other.</summary>
internal static class Drawing
{
    private const int MaxTokens = 300;

    /// <summary>Ends when it may with one chance in three, so that texts are neither all short nor all closed for want of tokens.</summary>
    public static byte[] Draw(ConstraintPlan plan, ConstraintVocabulary vocabulary, Random random)
    {
        var constraint = plan.Start();
        var text = new List<byte>();
        var mask = new ulong[(vocabulary.Size + 63) / 64];
        for (var left = MaxTokens; ;)
        {
            constraint.FillMask(mask);
            var allowed = Allowed(mask, vocabulary);
            Assert.True(allowed.Count > 0, $"nothing may follow {Encoding.UTF8.GetString([.. text])}");
            if (allowed.Contains(Vocabularies.End) && (allowed.Count == 1 || random.Next(3) == 0)) break;
            var token = allowed[random.Next(allowed.Count)];
            if (token == Vocabularies.End) break;
            Assert.True(left > 0, $"it is not finished in time: {Encoding.UTF8.GetString([.. text])}");
            if (!constraint.Accept(token, left - 1)) continue;
            left--;
            text.AddRange(vocabulary.BytesOf(token));
        }
        Assert.True(constraint.MayEnd);
        return [.. text];
    }

    private static List<int> Allowed(ulong[] mask, ConstraintVocabulary vocabulary)
    {
        var allowed = new List<int>();
        for (var token = 0; token < vocabulary.Size; token++)
            if ((mask[token >> 6] >> token & 1) == 1) allowed.Add(token);
        return allowed;
    }
}
