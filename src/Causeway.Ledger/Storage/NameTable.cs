using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Storage;

/// <summary>
/// The numbers of texts that repeat: models, routes, plan hashes. Remembers the recent ones; belongs to one connection and one thread.
/// Callers choose model names, so what is remembered is bounded.
/// </summary>
internal sealed class NameTable(SqliteConnection connection) : IDisposable
{
    private const int MaxRemembered = 4_096;

    // The update changes nothing; it makes a name that is known return its number too.
    private const string FindOrAdd = "INSERT INTO names (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id";

    private readonly BoundStatement _findOrAdd = new(connection, FindOrAdd);
    private readonly Dictionary<string, long> _ids = [];
    private readonly (string? Name, long Id)[] _last = new (string?, long)[ExchangeSql.Parameters + 1];

    /// <param name="parameter">Which column it is for: the row before had the same name there, mostly, and comparing is cheaper than hashing.</param>
    /// <param name="name">Null has no number.</param>
    internal long? IdOf(int parameter, string? name)
    {
        if (name is null)
            return null;
        ref var last = ref _last[parameter];
        if (last.Name != name)
            last = (name, IdOf(name));
        return last.Id;
    }

    private long IdOf(string name)
    {
        if (_ids.TryGetValue(name, out var id))
            return id;
        _findOrAdd.Text(1, name);
        id = _findOrAdd.RunForNumber();
        if (_ids.Count >= MaxRemembered)
            _ids.Clear();
        return _ids[name] = id;
    }

    /// <summary>After a rollback: names added since are no longer there.</summary>
    internal void Forget()
    {
        _ids.Clear();
        Array.Clear(_last);
    }

    public void Dispose() => _findOrAdd.Dispose();
}
