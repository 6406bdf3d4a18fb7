using System.Text;

namespace Causeway.Gateway.Adapt;

/// <summary>What became of a part of the request. The words are part of the interface: see docs/reference/params.md.</summary>
internal enum ReceiptOutcome
{
    /// <summary>Sent under another name or with a value that means the same.</summary>
    Mapped,
    /// <summary>Not sent; the gateway does it.</summary>
    Emulated,
    /// <summary>Not sent, because its value is what its absence means.</summary>
    Omitted,
    /// <summary>Sent with the largest value allowed instead.</summary>
    Capped,
    /// <summary>Sent though the caller did not ask for it.</summary>
    Defaulted,
    /// <summary>Not sent: the answer comes without it.</summary>
    Dropped,
    /// <summary>The request was turned away because of it.</summary>
    Refused,
}

/// <summary>One line of a receipt.</summary>
/// <param name="Field">A member of the request or a feature's id, at most 64 characters of ASCII.</param>
/// <param name="Detail">What it became, in a word; null when there is nothing to say.</param>
internal readonly record struct ReceiptEntry(string Field, ReceiptOutcome Outcome, string? Detail = null);

/// <summary>
/// What became of each part of a request that did not leave as it came: the value of <c>x-causeway-params</c> and of the ledger's column.
/// Bounded: a stranger's request can name a thousand members. Not thread-safe.
/// </summary>
internal sealed class Receipt
{
    public const string Header = "x-causeway-params";
    private const int MaxShown = 24;

    private readonly List<ReceiptEntry> _entries = [];
    private int _unshown;

    public IReadOnlyList<ReceiptEntry> Entries => _entries;

    public void Add(ReceiptEntry entry)
    {
        if (_entries.Count < MaxShown) _entries.Add(entry);
        else _unshown++;
    }

    /// <summary><c>max_tokens=mapped(max_completion_tokens), seed=dropped, n=emulated</c>; at most about 2 KB of ASCII.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (field, outcome, detail) in _entries)
        {
            if (text.Length > 0) text.Append(", ");
            text.Append(field).Append('=').Append(Word(outcome));
            if (detail is not null) text.Append('(').Append(detail).Append(')');
        }
        if (_unshown > 0) text.Append(", and ").Append(_unshown).Append(" more");
        return text.ToString();
    }

    private static string Word(ReceiptOutcome outcome) => outcome switch
    {
        ReceiptOutcome.Mapped => "mapped",
        ReceiptOutcome.Emulated => "emulated",
        ReceiptOutcome.Omitted => "omitted",
        ReceiptOutcome.Capped => "capped",
        ReceiptOutcome.Defaulted => "defaulted",
        ReceiptOutcome.Dropped => "dropped",
        _ => "refused",
    };
}
