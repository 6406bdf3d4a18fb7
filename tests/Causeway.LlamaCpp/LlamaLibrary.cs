using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Causeway.LlamaCpp;

/// <summary>
/// The few calls of llama.cpp's C interface (llama.h) that a comparison needs. Its parameter structures are taken as it fills them; of their fields
/// only those are touched whose place has not moved between releases.
/// </summary>
internal sealed unsafe class LlamaLibrary
{
    private readonly nint _llama;

    private LlamaLibrary(string folder)
    {
        // Each library finds the next one beside itself.
        var ggml = NativeLibrary.Load(Directory.GetFiles(folder, "libggml.v*.so").Single());
        _llama = NativeLibrary.Load(Directory.GetFiles(folder, "libllama.v*.so").Single());
        ((delegate* unmanaged<delegate* unmanaged<int, byte*, void*, void>, void*, void>)Export("llama_log_set"))(&Log, null);
        using var path = new Utf8String(folder);
        ((delegate* unmanaged<byte*, void>)NativeLibrary.GetExport(ggml, "ggml_backend_load_all_from_path"))(path.Pointer);
        ((delegate* unmanaged<void>)Export("llama_backend_init"))();
    }

    private static readonly Lock _lock = new();
    private static LlamaLibrary? _loaded;

    /// <summary>Loaded once for the life of the process.</summary>
    public static LlamaLibrary Load(string folder)
    {
        lock (_lock) return _loaded ??= new LlamaLibrary(folder);
    }

    public nint OpenModel(string path)
    {
        using var text = new Utf8String(path);
        FirstError = "";
        var parameters = ((delegate* unmanaged<Parameters>)Export("llama_model_default_params"))();
        return ((delegate* unmanaged<byte*, Parameters, nint>)Export("llama_model_load_from_file"))(text.Pointer, parameters);
    }

    /// <param name="flashAttention">It keeps sums of values in 16 bits, which a comparison of numbers does not want and one of speed may.</param>
    public nint OpenContext(nint model, int tokens, int sequences, bool flashAttention)
    {
        var parameters = ((delegate* unmanaged<Parameters>)Export("llama_context_default_params"))();
        (parameters.Context, parameters.Batch, parameters.PhysicalBatch, parameters.Sequences) =
            ((uint)tokens, (uint)tokens, (uint)Math.Min(tokens, 512), (uint)sequences);
        if (!flashAttention) FlashAttention(ref parameters) = 0;
        return ((delegate* unmanaged<nint, Parameters, nint>)Export("llama_init_from_model"))(model, parameters);
    }

    public void SetThreads(nint context, int threads) => ((delegate* unmanaged<nint, int, int, void>)Export("llama_set_n_threads"))(context, threads, threads);

    public int Decode(nint context, LlamaBatch batch) => ((delegate* unmanaged<nint, LlamaBatch, int>)Export("llama_decode"))(context, batch);

    public float* Logits(nint context, int output) => ((delegate* unmanaged<nint, int, float*>)Export("llama_get_logits_ith"))(context, output);

    public nint Vocabulary(nint model) => ((delegate* unmanaged<nint, nint>)Export("llama_model_get_vocab"))(model);

    public int TokenCount(nint vocabulary) => ((delegate* unmanaged<nint, int>)Export("llama_vocab_n_tokens"))(vocabulary);

    public int Tokenize(nint vocabulary, byte* text, int length, int* into, int room, bool addSpecial, bool parseSpecial) =>
        ((delegate* unmanaged<nint, byte*, int, int*, int, byte, byte, int>)Export("llama_tokenize"))(
            vocabulary, text, length, into, room, addSpecial ? (byte)1 : (byte)0, parseSpecial ? (byte)1 : (byte)0);

    public void ClearMemory(nint context) => ((delegate* unmanaged<nint, byte, void>)Export("llama_memory_clear"))(Memory(context), 1);

    public void RemoveFrom(nint context, int sequence, int position) =>
        ((delegate* unmanaged<nint, int, int, int, byte>)Export("llama_memory_seq_rm"))(Memory(context), sequence, position, -1);

    public void CopySequence(nint context, int from, int to) =>
        ((delegate* unmanaged<nint, int, int, int, int, void>)Export("llama_memory_seq_cp"))(Memory(context), from, to, -1, -1);

    public void FreeContext(nint context) => ((delegate* unmanaged<nint, void>)Export("llama_free"))(context);

    public void FreeModel(nint model) => ((delegate* unmanaged<nint, void>)Export("llama_model_free"))(model);

    // The four settings "as the model says" (-1) stand side by side, flash attention last: rotation, pooling, attention, flash attention.
    private static ref int FlashAttention(ref Parameters parameters)
    {
        var fields = MemoryMarshal.Cast<byte, int>(MemoryMarshal.AsBytes(new Span<Parameters>(ref parameters)));
        for (var i = 0; i < 24; i++)
            if (fields.Slice(i, 4).SequenceEqual([-1, -1, -1, -1])) return ref Unsafe.Add(ref Unsafe.As<Parameters, int>(ref parameters), i + 3);
        throw new NotSupportedException("llama.cpp's context parameters have another shape than expected.");
    }

    private nint Memory(nint context) => ((delegate* unmanaged<nint, nint>)Export("llama_get_memory"))(context);

    private nint Export(string name) => NativeLibrary.GetExport(_llama, name);

    /// <summary>The first error that llama.cpp logged while it loaded the last model: the later ones say less.</summary>
    public static string FirstError { get; private set; } = "";

    [UnmanagedCallersOnly]
    private static void Log(int level, byte* text, void* data)
    {
        const int Error = 4;
        if (level == Error && FirstError.Length == 0) FirstError = Marshal.PtrToStringUTF8((nint)text)?.Trim() ?? "";
    }

    /// <summary>Room for either parameter structure, which are passed in memory whatever their length.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 512)]
    private struct Parameters
    {
        public uint Context;
        public uint Batch;
        public uint PhysicalBatch;
        public uint Sequences;
    }

    private sealed class Utf8String(string text) : IDisposable
    {
        public byte* Pointer { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(text);

        public void Dispose() => Marshal.FreeCoTaskMem((nint)Pointer);
    }
}

/// <summary>llama_batch.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaBatch
{
    public int Count;
    public int* Tokens;
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** Sequences;
    public sbyte* Wanted;
}
