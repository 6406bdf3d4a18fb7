namespace Causeway.Engine.Formats;

/// <summary>All weights of a model, by name, and the mapped files behind them: disposal unmaps, and no tensor may be read after it. Thread-safe.</summary>
public sealed class TensorSet : IDisposable
{
    private readonly Dictionary<string, StoredTensor> _tensors;
    private readonly IReadOnlyList<IDisposable> _files;

    /// <param name="tensors">Names are unique; the reader of the file has checked that.</param>
    /// <param name="files">What keeps the memory readable.</param>
    internal TensorSet(IEnumerable<StoredTensor> tensors, IReadOnlyList<IDisposable> files)
    {
        _tensors = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        _files = files;
    }

    public IReadOnlyCollection<StoredTensor> All => _tensors.Values;

    /// <summary>Null when the model has no such weight.</summary>
    public StoredTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <exception cref="ModelFormatException">There is none, or it has another shape.</exception>
    public StoredTensor Get(string name, params ReadOnlySpan<int> shape)
    {
        var tensor = Find(name) ?? throw new ModelFormatException($"The weight {name} is missing: the file is not complete, or its configuration belongs to another model.");
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            throw new ModelFormatException($"The weight {name} has the shape [{string.Join(", ", tensor.Shape)}]; the configuration asks for [{string.Join(", ", shape.ToArray())}].");
        return tensor;
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }
}
