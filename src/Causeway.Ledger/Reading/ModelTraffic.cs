using Causeway.Ledger.Storage;
using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Reading;

/// <summary>How much one model of one upstream has served.</summary>
/// <param name="Upstream">The upstream's name in the spec of its time.</param>
/// <param name="Model">The upstream's name of the model.</param>
/// <param name="Exchanges">How many it was asked for, answered or not.</param>
/// <param name="LastAt">When the newest of them began.</param>
public sealed record ModelTraffic(string Upstream, string Model, long Exchanges, DateTimeOffset LastAt)
{
    /// <summary>Callers can make up model names, so what is listed is bounded: the busiest.</summary>
    public const int MaxModels = 1_000;

    internal static List<ModelTraffic> Read(SqliteConnection connection, DateTimeOffset since)
    {
        using var command = connection.Command(
            "SELECT upstream, served_model, count(*), max(started_at) FROM exchanges WHERE id_bytes >= $firstId AND started_at >= $since AND upstream IS NOT NULL "
            + "AND served_model IS NOT NULL GROUP BY upstream, served_model ORDER BY count(*) DESC, upstream, served_model LIMIT $limit",
            ("$firstId", IdTime.AtOrBefore(since)), ("$since", since.ToUnixMicroseconds()), ("$limit", MaxModels));
        using var reader = command.ExecuteReader();
        var traffic = new List<ModelTraffic>();
        while (reader.Read())
            traffic.Add(new ModelTraffic(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), DateTimeOffset.UnixEpoch.AddMicroseconds(reader.GetInt64(3))));
        return traffic;
    }
}
