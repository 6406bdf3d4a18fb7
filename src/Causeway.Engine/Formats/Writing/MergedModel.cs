using System.Numerics.Tensors;

namespace Causeway.Engine.Formats.Writing;

/// <summary>
/// A model with an adapter worked into its weights, W + scale · B A, to be written for other tools: the matrices are made while they are written,
/// a row at a time. Not thread-safe.
/// </summary>
public sealed class MergedModel : IDisposable
{
    private readonly string _path;
    private readonly ModelFiles _base;
    private readonly LoraFiles? _adapter;
    private readonly Dictionary<string, StoredLora> _changes;

    private MergedModel(string path, ModelFiles model, LoraFiles? adapter)
    {
        (_path, _base, _adapter) = (path, model, adapter);
        _changes = (adapter?.Modules ?? []).ToDictionary(lora => $"{lora.Layer}.{lora.Module}", StringComparer.Ordinal);
    }

    public ModelConfig Config => _base.Config;

    /// <summary>Whether the base is a folder in Hugging Face's layout, from whose files beside the weights another such folder can be made.</summary>
    public bool IsFolder => Directory.Exists(_path);

    /// <param name="path">The base: a folder in Hugging Face's layout, or a GGUF file.</param>
    /// <param name="adapter">A folder in PEFT's layout; null: the base as it is.</param>
    /// <exception cref="ModelFormatException">Whatever is wrong with them; nothing stays open.</exception>
    public static MergedModel Open(string path, string? adapter)
    {
        var model = ModelFiles.Open(path);
        try
        {
            return new MergedModel(path, model, adapter is null ? null : LoraFiles.Open(adapter, model.Config));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of all weights in that type; vectors stay in 32 bits where the format asks for it.</summary>
    public long BytesAs(TensorType type, bool gguf) => Tensors(type, gguf).Sum(tensor => tensor.Bytes);

    /// <summary>All weights as <c>model.safetensors</c>.</summary>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <param name="progress">Bytes of weights since it was last called.</param>
    /// <exception cref="IOException">The disk is full or not writable; what stood there before is untouched.</exception>
    /// <exception cref="ModelFormatException">A number that the type cannot hold.</exception>
    public void WriteSafetensors(string path, TensorType type, Action<long>? progress = null, CancellationToken cancel = default) =>
        SafetensorsWriter.Write(path, Tensors(type, gguf: false), new Dictionary<string, string> { ["format"] = "pt" }, progress, cancel);

    /// <summary>
    /// One GGUF file with everything that llama.cpp needs. It is opened again before it gets its name: a model that comes back otherwise is not
    /// one that this format can say.
    /// </summary>
    /// <param name="type">Of matrices: F32, F16, BF16 or Q8_0.</param>
    /// <param name="name">What the file calls itself.</param>
    /// <param name="progress">Bytes of weights since it was last called.</param>
    /// <exception cref="IOException">The disk is full or not writable; what stood there before is untouched.</exception>
    /// <exception cref="ModelFormatException">The format, or the type, cannot hold the model.</exception>
    public void WriteGguf(string path, TensorType type, string name, Action<long>? progress = null, CancellationToken cancel = default)
    {
        var entries = new GgufEntries();
        List<WrittenTensor> tensors = [.. Tensors(type, gguf: true)];
        if (IsFolder)
        {
            var factors = GgufDescription.Describe(entries, Config, ConfigJson.Read(_path, "config.json"));
            if (factors is not null) tensors.Insert(0, WrittenTensor.Of(GgufNames.RopeFactors, [factors.Length], factors, TensorType.F32));
            if (!_base.Tokenizer.Json.IsEmpty) GgufVocabulary.Describe(entries, _base.Tokenizer, Config.Vocabulary, _base.GenerationDefaults.EndTokens);
            if (_base.ChatTemplate is { } template) entries.Set("tokenizer.chat_template", template);
        }
        else
        {
            GgufModel.CopyValues(_path, entries);
            if (_base.Tensors.Find(GgufNames.RopeFactors) is { } factors) tensors.Insert(0, WrittenTensor.Of(GgufNames.RopeFactors, [factors.Columns], factors.ReadAll(), TensorType.F32));
        }
        entries.Set("general.name", name);
        entries.Set("general.file_type", GgufWriter.FileTypeOf(type));
        entries.Set("general.quantization_version", 2);
        WholeFile.Write(path, stream => GgufWriter.Write(stream, entries, tensors, progress, cancel), written => SameModel.Check(_base, written));
    }

    public void Dispose()
    {
        _adapter?.Dispose();
        _base.Dispose();
    }

    private List<WrittenTensor> Tensors(TensorType type, bool gguf) => [.. WeightShapes.Of(Config).Select(weight => Tensor(weight.Name, weight.Shape, type, gguf))];

    private WrittenTensor Tensor(string name, int[] shape, TensorType type, bool gguf)
    {
        var stored = _base.Tensors.Get(name, shape);
        var read = Reader(name, stored);
        if (!gguf) return new WrittenTensor(name, type, [.. shape], read);
        if (shape.Length == 1)
        {
            // llama.cpp's converter adds the 1 of Gemma's norms; a base that is a GGUF file has it already.
            var offset = name.EndsWith("norm.weight", StringComparison.Ordinal) ? Config.NormWeightOffset : 0;
            return new WrittenTensor(GgufNames.FromHuggingFace(Config.Architecture, name), TensorType.F32, [.. shape], (row, into) =>
            {
                read(row, into);
                TensorPrimitives.Add(into, offset, into);
            });
        }
        // Blocks of 32 do not fit every width; llama.cpp's own converter writes such a matrix in 16 bits too.
        var fits = shape[1] % type.BlockLength() == 0 ? type : TensorType.F16;
        var head = GgufNames.InterleavedHead(Config.Architecture, name, shape, Config.HeadLength);
        return new WrittenTensor(GgufNames.FromHuggingFace(Config.Architecture, name), fits, [.. shape], (row, into) => read(SourceRow(row, head), into));
    }

    // Row 2i of a head is row i of its first half, row 2i+1 that of its second.
    private static int SourceRow(int row, int head)
    {
        if (head == 0) return row;
        var (start, at) = (row / head * head, row % head);
        return start + (at / 2) + (at % 2 * (head / 2));
    }

    private WrittenTensor.RowReader Reader(string name, StoredTensor stored)
    {
        if (name.Split('.') is not ["model", "layers", var layer, _, var module, "weight"] || !_changes.TryGetValue($"{layer}.{module}", out var lora)) return stored.ReadRow;
        float[]? a = null;
        var b = new float[lora.B.Columns];
        return (row, into) =>
        {
            a ??= lora.A.ReadAll();
            stored.ReadRow(row, into);
            lora.B.ReadRow(row, b);
            for (var rank = 0; rank < b.Length; rank++) TensorPrimitives.MultiplyAdd(a.AsSpan(rank * into.Length, into.Length), lora.Scale * b[rank], into, into);
        };
    }
}
