namespace Causeway.Engine.Formats;

/// <summary>
/// A model as it lies on a disk: weights mapped and not yet touched, everything else read and checked. Disposal unmaps the weights; whoever packs
/// them into memory of its own can dispose as soon as that is done. Thread-safe.
/// </summary>
public sealed class ModelFiles : IDisposable
{
    internal ModelFiles()
    {
    }

    /// <summary>What the file calls itself (GGUF), else the name of the folder or file.</summary>
    public required string Name { get; init; }

    public required ModelConfig Config { get; init; }

    /// <summary>Every weight that <see cref="Config"/> asks for is there, in the shape it asks for.</summary>
    public required TensorSet Tensors { get; init; }

    /// <summary>Not checked yet; a model without tokenizer can be opened, but not talked to.</summary>
    public required TokenizerFiles Tokenizer { get; init; }

    /// <summary>The Jinja source; null when the model has none.</summary>
    public string? ChatTemplate { get; init; }

    public required GenerationDefaults GenerationDefaults { get; init; }

    /// <summary>Bytes of all weights as they are stored.</summary>
    public long WeightBytes => Tensors.All.Sum(tensor => (long)tensor.Rows * tensor.RowBytes);

    /// <summary>Opens a folder in Hugging Face's layout, or a GGUF file; of a split one the first part.</summary>
    /// <exception cref="ModelFormatException">Whatever is wrong with it; nothing stays open.</exception>
    public static ModelFiles Open(string path)
    {
        if (Directory.Exists(path)) return ModelFolder.Open(path);
        if (!File.Exists(path)) throw new ModelFormatException($"{Path.GetFileName(path)} does not exist: a model is a folder with config.json and safetensors, or a .gguf file.");
        return GgufModel.Open(path);
    }

    /// <summary>The configuration alone, of a Hugging Face folder whose weights may not be there yet.</summary>
    /// <exception cref="ModelFormatException">It is missing, damaged, or of a model that is not run here.</exception>
    public static ModelConfig ReadConfig(string folder) => HuggingFaceConfig.Read(ConfigJson.Read(folder, "config.json"));

    public void Dispose() => Tensors.Dispose();
}
