using System.Text;

namespace Causeway.LlamaCpp;

/// <summary>A GGUF file run by llama.cpp on the CPU, one sequence or several side by side. Not thread-safe.</summary>
public sealed unsafe class LlamaModel : IDisposable
{
    private readonly LlamaLibrary _library;
    private readonly nint _model;
    private readonly nint _context;
    private readonly nint _vocabulary;
    private readonly int[] _positions;

    /// <param name="library">The folder that <see cref="LlamaCppPackage.FolderAsync"/> gives.</param>
    /// <param name="context">Tokens of all sequences together.</param>
    /// <param name="flashAttention">False: attention in 32 bits.</param>
    /// <param name="sequences">They share the context evenly.</param>
    /// <exception cref="InvalidOperationException">llama.cpp does not take the file.</exception>
    public LlamaModel(string library, string path, int context = 512, int threads = 1, bool flashAttention = false, int sequences = 1)
    {
        _library = LlamaLibrary.Load(library);
        _model = _library.OpenModel(path);
        if (_model == 0) throw new InvalidOperationException($"llama.cpp does not load {path}: {LlamaLibrary.FirstError}");
        _vocabulary = _library.Vocabulary(_model);
        _context = _library.OpenContext(_model, context, sequences, flashAttention);
        _positions = new int[sequences];
        if (_context == 0) throw new InvalidOperationException("llama.cpp makes no context for the model.");
        _library.SetThreads(_context, threads);
    }

    /// <summary>Loads the libraries, so that the first model need not.</summary>
    public static void LoadLibrary(string library) => LlamaLibrary.Load(library);

    public int Vocabulary => _library.TokenCount(_vocabulary);

    /// <summary>Forgets every token.</summary>
    public void Clear()
    {
        _library.ClearMemory(_context);
        Array.Clear(_positions);
    }

    /// <summary>Forgets what a sequence has behind its first tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has not as many as are to be left.</exception>
    public void Truncate(int sequence, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _positions[sequence]);
        _library.RemoveFrom(_context, sequence, length);
        _positions[sequence] = length;
    }

    /// <summary>Makes a sequence the copy of another.</summary>
    public void Copy(int from, int to)
    {
        Truncate(to, 0);
        _library.CopySequence(_context, from, to);
        _positions[to] = _positions[from];
    }

    /// <summary>Goes on with tokens of a sequence in one batch.</summary>
    /// <param name="all">Compute logits after each token, not after the last one only.</param>
    public void Decode(ReadOnlySpan<int> tokens, bool all = false, int sequence = 0)
    {
        var (sequences, wanted) = (new int[tokens.Length], new sbyte[tokens.Length]);
        sequences.AsSpan().Fill(sequence);
        wanted.AsSpan(all ? 0 : tokens.Length - 1).Fill(1);
        Run(tokens, sequences, wanted);
    }

    /// <summary>Goes on with several sequences in one batch, with logits for each.</summary>
    /// <param name="tokens">One for each sequence from 0 on.</param>
    public void DecodeOneEach(ReadOnlySpan<int> tokens)
    {
        var wanted = new sbyte[tokens.Length];
        wanted.AsSpan().Fill(1);
        Run(tokens, [.. Enumerable.Range(0, tokens.Length)], wanted);
    }

    private void Run(ReadOnlySpan<int> tokens, int[] sequences, sbyte[] wanted)
    {
        var (positions, counts, pointers) = (new int[tokens.Length], new int[tokens.Length], new nint[tokens.Length]);
        counts.AsSpan().Fill(1);
        for (var i = 0; i < tokens.Length; i++) positions[i] = _positions[sequences[i]]++;
        fixed (int* tokenPointer = tokens, positionPointer = positions, countPointer = counts, sequencePointer = sequences)
        fixed (sbyte* wantedPointer = wanted)
        fixed (nint* pointerPointer = pointers)
        {
            for (var i = 0; i < tokens.Length; i++) pointers[i] = (nint)(sequencePointer + i);
            var status = _library.Decode(_context, new LlamaBatch
            {
                Count = tokens.Length,
                Tokens = tokenPointer,
                Positions = positionPointer,
                SequenceCounts = countPointer,
                Sequences = (int**)pointerPointer,
                Wanted = wantedPointer,
            });
            if (status != 0) throw new InvalidOperationException($"llama_decode returned {status}.");
        }
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
