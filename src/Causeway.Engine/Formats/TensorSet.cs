namespace Causeway.Engine.Formats;

/// <summary>All weights of a model, by name, and the mapped files behind them: disposal unmaps, and no tensor may be read after it. Thread-safe.</summary>
public sealed class TensorSet : IDisposable
{
    private readonly Dictionary<string, StoredTensor> _tensors;
    private readonly IReadOnlyList<IDisposable> _files;
    private readonly IReadOnlyDictionary<string, string> _unreadable;

    /// <param name="tensors">Names are unique; the reader of the file has checked that.</param>
    /// <param name="files">What keeps the memory readable.</param>
    /// <param name="unreadable">Weights of a type that this engine does not know, with the name of that type: an error for who needs them only.</param>
    internal TensorSet(IEnumerable<StoredTensor> tensors, IReadOnlyList<IDisposable> files, IReadOnlyDictionary<string, string>? unreadable = null)
    {
        _tensors = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        _files = files;
        _unreadable = unreadable ?? new Dictionary<string, string>();
    }

    public IReadOnlyCollection<StoredTensor> All => _tensors.Values;

    /// <summary>Names of all weights of the file, those of unknown types too.</summary>
    internal IEnumerable<string> Names => _tensors.Keys.Concat(_unreadable.Keys);

    /// <summary>Null when the model has no such weight.</summary>
    /// <exception cref="ModelFormatException">It has, but of a type that this engine does not read.</exception>
    public StoredTensor? Find(string name)
    {
        if (_unreadable.TryGetValue(name, out var type))
            throw new ModelFormatException($"The weight {name} is stored as {type}, which this engine does not read; it reads F32, F16, BF16 and, in GGUF files, Q8_0, Q4_0, Q4_K and Q6_K.");
        return _tensors.GetValueOrDefault(name);
    }

    /// <exception cref="ModelFormatException">There is none, it has another shape, or it is of a type that this engine does not read.</exception>
    public StoredTensor Get(string name, params ReadOnlySpan<int> shape)
    {
        var tensor = Find(name) ?? throw new ModelFormatException($"The weight {name} is missing: the file is not complete, or its configuration belongs to another model.");
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            throw new ModelFormatException($"The weight {name} has the shape [{string.Join(", ", tensor.Shape)}]; the configuration asks for [{string.Join(", ", shape.ToArray())}].");
        return tensor;
    }

    /// <summary>Gives the memory of mapped files back, once what is needed of them was copied; everything can still be read.</summary>
    internal void LetGo()
    {
        foreach (var file in _files.OfType<MappedFile>()) file.LetGo();
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }
}
