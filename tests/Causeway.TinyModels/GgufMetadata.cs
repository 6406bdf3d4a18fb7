using System.Text;

namespace Causeway.TinyModels;

/// <summary>The keys and values at the head of a GGUF file, in the order they were added.</summary>
public sealed class GgufMetadata
{
    private readonly List<(string Key, uint Type, Action<BinaryWriter> Value)> _entries = [];

    public int Count => _entries.Count;

    public void Add(string key, ushort value) => AddRaw(key, 2, file => file.Write(value));

    public void Add(string key, uint value) => AddRaw(key, 4, file => file.Write(value));

    public void Add(string key, int value) => AddRaw(key, 5, file => file.Write(value));

    public void Add(string key, float value) => AddRaw(key, 6, file => file.Write(value));

    public void Add(string key, bool value) => AddRaw(key, 7, file => file.Write(value));

    public void Add(string key, string value) => AddRaw(key, 8, file => WriteString(file, value));

    public void Add(string key, IEnumerable<string> values) => AddArray(key, 8, [.. values], WriteString);

    public void Add(string key, IEnumerable<int> values) => AddArray(key, 5, [.. values], (file, value) => file.Write(value));

    public void Add(string key, IEnumerable<float> values) => AddArray(key, 6, [.. values], (file, value) => file.Write(value));

    /// <summary>Any value at all, for files that are wrong on purpose.</summary>
    public void AddRaw(string key, uint type, Action<BinaryWriter> value) => _entries.Add((key, type, value));

    /// <summary>The count and the entries.</summary>
    public void WriteTo(BinaryWriter file)
    {
        file.Write((ulong)_entries.Count);
        foreach (var (key, type, value) in _entries)
        {
            WriteString(file, key);
            file.Write(type);
            value(file);
        }
    }

    public static void WriteString(BinaryWriter file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        file.Write((ulong)bytes.Length);
        file.Write(bytes);
    }

    private void AddArray<T>(string key, uint type, T[] values, Action<BinaryWriter, T> write) => AddRaw(key, 9, file =>
    {
        file.Write(type);
        file.Write((ulong)values.Length);
        foreach (var value in values) write(file, value);
    });
}
