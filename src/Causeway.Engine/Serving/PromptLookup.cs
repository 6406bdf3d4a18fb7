namespace Causeway.Engine.Serving;

/// <summary>
/// Drafts how an answer goes on: as the same tokens went on when they last stood in its prompt or in itself (Saxena 2023, "Prompt Lookup Decoding").
/// Answers that edit, quote or fill in what they were given are drafted well; others are drafted seldom, and more seldom the more drafts fail.
/// </summary>
internal sealed class PromptLookup
{
    /// <summary>Tokens of the shortest draft: with the token before it, it is one tile of the kernels, whose second to fourth row cost least.</summary>
    public const int Shortest = 3;

    /// <summary>Tokens of the longest draft: two tiles.</summary>
    public const int Longest = 7;

    // Fewer tokens in a row than three often come again by chance; of places with more than sixteen in common one is as good as another.
    private const int LeastInCommon = 3;
    private const int MostInCommon = 16;

    // A token that stands everywhere must not cost more than the draft gains.
    private const int PlacesLookedAt = 64;
    private const int LongestPause = 64;

    private readonly int[] _row = new int[1 + Longest];
    private int _drafted;
    private int _length = Shortest;
    private int _pause;
    private int _nextPause = 1;

    /// <summary>What was drafted last.</summary>
    public ReadOnlySpan<int> Drafted => _row.AsSpan(1, _drafted);

    /// <summary>The last token and behind it, if there is anything to go by, a draft of those that follow.</summary>
    /// <param name="tokens">Prompt and answer so far.</param>
    /// <param name="room">Tokens that the draft may have.</param>
    public ReadOnlySpan<int> Draft(ReadOnlySpan<int> tokens, int room)
    {
        _drafted = 0;
        if (room < Shortest) return tokens[^1..];
        if (_pause > 0)
        {
            _pause--;
            return tokens[^1..];
        }
        if (Find(tokens) is not (> 0 and var place)) return tokens[^1..];
        _drafted = _length <= room ? _length : Shortest;
        _row[0] = tokens[^1];
        // A text that repeats itself goes on with what is drafted.
        for (var i = 0; i < _drafted; i++) _row[1 + i] = place + i < tokens.Length ? tokens[place + i] : _row[1 + place + i - tokens.Length];
        return _row.AsSpan(0, 1 + _drafted);
    }

    /// <summary>How many of the drafted tokens came. All, and the next draft is longer; none, and there is none for a while: longer and longer, unless one comes true between.</summary>
    public void Learn(int accepted)
    {
        if (accepted == 0)
        {
            (_length, _pause, _nextPause) = (Shortest, _nextPause, Math.Min(2 * _nextPause, LongestPause));
            return;
        }
        _nextPause = Math.Max(_nextPause / 2, 1);
        if (accepted == _drafted) _length = Longest;
        else if (accepted < Shortest) _length = Shortest;
    }

    // Behind the place that has most tokens before it in common with the end, the latest of them; 0 for none.
    private static int Find(ReadOnlySpan<int> tokens)
    {
        var (found, most) = (0, LeastInCommon - 1);
        var place = tokens.Length - 1;
        for (var looks = 0; looks < PlacesLookedAt && most < MostInCommon; looks++)
        {
            place = tokens[..place].LastIndexOf(tokens[^1]);
            if (place < most) break;
            var common = 1;
            while (common <= place && common < MostInCommon && tokens[place - common] == tokens[^(common + 1)]) common++;
            if (common > most) (found, most) = (place + 1, common);
        }
        return found;
    }
}
