using System.Globalization;

namespace Causeway.Ledger.Reading;

/// <summary>Which exchanges to list. What is null does not restrict; texts match exactly.</summary>
public sealed record ExchangeFilter
{
    /// <summary>Most rows one call returns.</summary>
    public const int MaxLimit = 10_000;

    /// <summary>Started at or after.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Started before.</summary>
    public DateTimeOffset? Until { get; init; }

    public string? Route { get; init; }

    /// <summary>The model asked for or the one that answered.</summary>
    public string? Model { get; init; }

    /// <summary>The key's name.</summary>
    public string? Key { get; init; }

    public string? Upstream { get; init; }

    public StatusRange? Status { get; init; }

    public Outcome? Outcome { get; init; }

    /// <summary>The first characters of a request id.</summary>
    public string? RequestId { get; init; }

    /// <summary>1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>One HTTP status or a class of them, both ends included.</summary>
public readonly record struct StatusRange(int First, int Last)
{
    /// <summary>Reads <c>429</c> or <c>5xx</c>.</summary>
    public static bool TryParse(string? text, out StatusRange range)
    {
        range = default;
        if (text is not { Length: 3 } || !char.IsBetween(text[0], '1', '5'))
            return false;
        if (text.EndsWith("xx", StringComparison.OrdinalIgnoreCase))
        {
            var hundreds = (text[0] - '0') * 100;
            range = new StatusRange(hundreds, hundreds + 99);
            return true;
        }
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            return false;
        range = new StatusRange(status, status);
        return true;
    }
}
