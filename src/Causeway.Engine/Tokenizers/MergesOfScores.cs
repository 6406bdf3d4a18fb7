using System.Collections.Immutable;
using System.Text;

namespace Causeway.Engine.Tokenizers;

/// <summary>
/// SentencePiece's BPE (Kudo and Richardson 2018, arXiv:1808.06226) as merges: any two neighbours that spell a piece together become it, the highest
/// score first, the leftmost of equals first. So each way to cut a piece in two pieces is a merge, ranked by the score of the whole.
/// </summary>
internal static class MergesOfScores
{
    // A piece is a few characters long; longer ones would be quadratic in a stranger's file.
    private const int LongestPiece = 512;

    public static void Add(SpellingTable spellings, MergeTable merges, ImmutableArray<float> scores, Func<int, bool> mayMerge)
    {
        if (scores.IsDefaultOrEmpty) throw new ModelFormatException("The GGUF file has no scores (tokenizer.ggml.scores).");
        var ranks = new Dictionary<float, int>();
        foreach (var score in scores.Where(score => !float.IsNaN(score)).Distinct().OrderDescending()) ranks.Add(score, ranks.Count);
        for (var id = 0; id < spellings.Count; id++)
        {
            if (!mayMerge(id)) continue;
            if (float.IsNaN(scores[id])) throw new ModelFormatException($"The GGUF file's score of the token {id} is not a number.");
            AddPiece(spellings, merges, id, ranks[scores[id]], mayMerge);
        }
    }

    private static void AddPiece(SpellingTable spellings, MergeTable merges, int id, int rank, Func<int, bool> mayMerge)
    {
        var piece = spellings[id].Span;
        // A second token of the same spelling is not found, so nothing becomes it.
        if (piece.Length > LongestPiece || spellings.Find(piece) != id) return;
        for (var cut = 1; cut < piece.Length; cut++)
        {
            if ((piece[cut] & 0xC0) == 0x80) continue;
            var (left, right) = (spellings.Find(piece[..cut]), spellings.Find(piece[cut..]));
            if (left >= 0 && right >= 0 && (mayMerge(left) || IsCharacter(piece[..cut])) && (mayMerge(right) || IsCharacter(piece[cut..]))) merges.Set(left, right, rank, id);
        }
    }

    private static bool IsCharacter(ReadOnlySpan<byte> piece)
    {
        Rune.DecodeFromUtf8(piece, out _, out var length);
        return length == piece.Length;
    }
}
