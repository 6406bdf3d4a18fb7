using System.Text;

namespace Causeway.LlamaCpp;

/// <summary>A GGUF file run by llama.cpp on the CPU, one sequence at a time. Not thread-safe.</summary>
public sealed unsafe class LlamaModel : IDisposable
{
    private readonly LlamaLibrary _library;
    private readonly nint _model;
    private readonly nint _context;
    private readonly nint _vocabulary;
    private int _position;

    /// <param name="library">The folder that <see cref="LlamaCppPackage.FolderAsync"/> gives.</param>
    /// <param name="flashAttention">False: attention in 32 bits.</param>
    /// <exception cref="InvalidOperationException">llama.cpp does not take the file.</exception>
    public LlamaModel(string library, string path, int context = 512, int threads = 1, bool flashAttention = false)
    {
        _library = LlamaLibrary.Load(library);
        _model = _library.OpenModel(path);
        if (_model == 0) throw new InvalidOperationException($"llama.cpp does not load {path}: {LlamaLibrary.FirstError}");
        _vocabulary = _library.Vocabulary(_model);
        _context = _library.OpenContext(_model, context, flashAttention);
        if (_context == 0) throw new InvalidOperationException("llama.cpp makes no context for the model.");
        _library.SetThreads(_context, threads);
    }

    public int Vocabulary => _library.TokenCount(_vocabulary);

    /// <summary>Forgets every token.</summary>
    public void Clear()
    {
        _library.ClearMemory(_context);
        _position = 0;
    }

    /// <summary>Goes on with tokens in one batch.</summary>
    /// <param name="all">Compute logits after each token, not after the last one only.</param>
    public void Decode(ReadOnlySpan<int> tokens, bool all = false)
    {
        var (positions, counts, wanted) = (new int[tokens.Length], new int[tokens.Length], new sbyte[tokens.Length]);
        var sequence = 0;
        var sequences = new nint[tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
            (positions[i], counts[i], wanted[i], sequences[i]) = (_position + i, 1, (sbyte)(all || i == tokens.Length - 1 ? 1 : 0), (nint)(&sequence));
        fixed (int* tokenPointer = tokens, positionPointer = positions, countPointer = counts)
        fixed (sbyte* wantedPointer = wanted)
        fixed (nint* sequencePointer = sequences)
        {
            var status = _library.Decode(_context, new LlamaBatch
            {
                Count = tokens.Length,
                Tokens = tokenPointer,
                Positions = positionPointer,
                SequenceCounts = countPointer,
                Sequences = (int**)sequencePointer,
                Wanted = wantedPointer,
            });
            if (status != 0) throw new InvalidOperationException($"llama_decode returned {status}.");
        }
        _position += tokens.Length;
    }

    /// <summary>[vocabulary] after a token of the last batch, by its index there. Read it before the next batch.</summary>
    public ReadOnlySpan<float> Logits(int index) => new(_library.Logits(_context, index), Vocabulary);

    /// <summary>The ids of a text.</summary>
    /// <param name="addSpecial">With what the model wants before a text.</param>
    /// <param name="parseSpecial">The spelling of a control token is that token.</param>
    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        var bytes = Encoding.UTF8.GetBytes(text + "\0");
        var ids = new int[bytes.Length + 8];
        fixed (byte* from = bytes)
        fixed (int* into = ids)
        {
            var count = _library.Tokenize(_vocabulary, from, bytes.Length - 1, into, ids.Length, addSpecial, parseSpecial);
            return count >= 0 ? ids[..count] : throw new InvalidOperationException($"llama_tokenize returned {count}.");
        }
    }

    public void Dispose()
    {
        _library.FreeContext(_context);
        _library.FreeModel(_model);
    }
}
