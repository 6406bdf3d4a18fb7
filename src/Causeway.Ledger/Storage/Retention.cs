namespace Causeway.Ledger.Storage;

/// <summary>Removes old exchanges in slices, with a breath between them in which the writer gets its turn.</summary>
internal static class Retention
{
    private const int Slice = 1_000;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    // The row stored last always stays: SQLite would give its number away again, and whoever follows the list would miss a row.
    // The plus keeps the planner away from walking all rows by number.
    internal const string DeleteSlice = """
        DELETE FROM exchange_rows WHERE row IN (
          SELECT row FROM exchange_rows WHERE id <= $lastId AND started_at < $before AND +row < (SELECT max(row) FROM exchange_rows) ORDER BY id LIMIT $slice)
        """;

    /// <returns>How many rows were removed.</returns>
    internal static async Task<long> PruneAsync(string path, DateTimeOffset olderThan, TimeProvider time, CancellationToken cancellation)
    {
        for (var removed = 0L; ;)
        {
            var count = await Task.Run(() => RemoveSlice(path, olderThan), cancellation).ConfigureAwait(false);
            removed += count;
            if (count < Slice)
                return removed;
            await Task.Delay(Breath, time, cancellation).ConfigureAwait(false);
        }
    }

    private static int RemoveSlice(string path, DateTimeOffset before) => DurableWrite.Run(
        path, "Old exchanges could not be removed", connection => connection.Execute(
            DeleteSlice, ("$lastId", IdTime.AtOrAfter(before)), ("$before", before.ToUnixMicroseconds()), ("$slice", Slice)));
}
