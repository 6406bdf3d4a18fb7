using System.Text;

namespace Causeway.Engine.Formats.Writing;

/// <summary>The keys and values at the head of a GGUF file, in the order they were first set. One owner.</summary>
internal sealed class GgufEntries
{
    private readonly OrderedDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);

    public void Set(string key, string value) => Set(key, GgufKind.String, file => WriteText(file, value));

    public void Set(string key, int value) => Set(key, GgufKind.UInt32, file => file.Write(checked((uint)value)));

    public void Set(string key, float value) => Set(key, GgufKind.Float32, file => file.Write(value));

    public void Set(string key, bool value) => Set(key, GgufKind.Bool, file => file.Write(value));

    public void Set(string key, IReadOnlyCollection<string> values) => SetList(key, GgufKind.String, values, WriteText);

    public void Set(string key, IReadOnlyCollection<int> values) => SetList(key, GgufKind.Int32, values, (file, value) => file.Write(value));

    public void Set(string key, IReadOnlyCollection<float> values) => SetList(key, GgufKind.Float32, values, (file, value) => file.Write(value));

    /// <summary>A value as another file has it: its kind and its bytes.</summary>
    public void Copy(string key, ReadOnlySpan<byte> value) => _entries[key] = value.ToArray();

    /// <summary>The count and the entries.</summary>
    public void WriteTo(BinaryWriter file)
    {
        file.Write((ulong)_entries.Count);
        foreach (var (key, value) in _entries)
        {
            WriteText(file, key);
            file.Write(value);
        }
    }

    public static void WriteText(BinaryWriter file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        file.Write((ulong)bytes.Length);
        file.Write(bytes);
    }

    private void SetList<T>(string key, GgufKind kind, IReadOnlyCollection<T> values, Action<BinaryWriter, T> write) => Set(key, GgufKind.Array, file =>
    {
        file.Write((uint)kind);
        file.Write((ulong)values.Count);
        foreach (var value in values) write(file, value);
    });

    private void Set(string key, GgufKind kind, Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var file = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            file.Write((uint)kind);
            write(file);
        }
        _entries[key] = bytes.ToArray();
    }
}
