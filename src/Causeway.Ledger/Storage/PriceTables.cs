namespace Causeway.Ledger.Storage;

/// <summary>Price tables by the hash that exchanges name: what a row cost can be worked out again for as long as the row exists.</summary>
internal static class PriceTables
{
    internal static void Save(string path, string hash, string canonicalJson, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(hash);
        ArgumentNullException.ThrowIfNull(canonicalJson);
        DurableWrite.Run(path, "The price table could not be stored", connection => connection.Execute(
            "INSERT INTO prices (hash, json, saved_at) VALUES ($hash, $json, $at) ON CONFLICT (hash) DO NOTHING",
            ("$hash", hash), ("$json", canonicalJson), ("$at", now.ToUnixMicroseconds())));
    }
}
