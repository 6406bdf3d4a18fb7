using Microsoft.Data.Sqlite;

namespace Causeway.Ledger;

/// <summary>Bounds of the ledger. The defaults are right for one gateway on one disk.</summary>
public sealed record LedgerOptions
{
    /// <summary>Rows waiting for the writer, those it has in hand included; beyond this <see cref="LedgerState.Record"/> counts a drop.</summary>
    public int MaxRowsInMemory { get; init; } = 65_536;

    /// <summary>Size at which the spill file stops growing, in bytes. About 600 bytes a row.</summary>
    public long MaxSpillBytes { get; init; } = 1L << 30;

    /// <summary>How long <see cref="LedgerState.DisposeAsync"/> waits for the last rows.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Runs on every connection of the writer: how tests make a real database refuse with a real error.</summary>
    internal Action<SqliteConnection>? WriterOpened { get; init; }

    internal LedgerOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRowsInMemory, 1, nameof(MaxRowsInMemory));
        ArgumentOutOfRangeException.ThrowIfNegative(MaxSpillBytes, nameof(MaxSpillBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(StopTimeout, TimeSpan.Zero, nameof(StopTimeout));
        return this;
    }
}
