using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Tests.Kernels;

public sealed class PiecesTests
{
    public static TheoryData<int, int> PanelsAndThreads =>
        new MatrixTheoryData<int, int>([1, 2, 3, 5, 11, 12, 13, 64, 257, 2000], [1, 2, 3, 7, 16, 64]);

    [Theory]
    [MemberData(nameof(PanelsAndThreads))]
    public void Every_panel_is_in_exactly_one_piece(int panels, int threads)
    {
        foreach (var pieces in new[] { Pieces.Split(panels, threads), Pieces.SplitLarge(panels, threads) })
        {
            var ranges = Enumerable.Range(0, pieces.Count).Select(pieces.Range).OrderBy(range => range.From);
            Assert.Equal(Enumerable.Range(0, panels), ranges.SelectMany(range => Enumerable.Range(range.From, range.To - range.From)));
        }
    }

    [Theory]
    [MemberData(nameof(PanelsAndThreads))]
    public void What_a_thread_takes_when_all_take_turns_lies_side_by_side(int panels, int threads)
    {
        foreach (var pieces in new[] { Pieces.Split(panels, threads), Pieces.SplitLarge(panels, threads) })
        {
            for (var piece = threads; piece < pieces.Count; piece++)
                Assert.Equal(pieces.Range(piece - threads).To, pieces.Range(piece).From);
        }
    }
}
