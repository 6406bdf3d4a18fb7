using System.Diagnostics;
using System.Numerics.Tensors;
using Causeway.LlamaCpp;

namespace Causeway.EngineBench.Engines;

/// <summary>llama.cpp through its C interface, without a server around it.</summary>
internal sealed class LlamaCppContender : Contender
{
    private readonly LlamaModel _model;
    private readonly int _sequences;

    /// <param name="library">The folder of its libraries.</param>
    /// <param name="sequences">To have room for.</param>
    /// <param name="flashAttention">As it chooses by itself, or not at all.</param>
    public LlamaCppContender(string library, string path, int threads, int sequences, bool flashAttention)
    {
        _sequences = sequences;
        _model = new LlamaModel(library, path, sequences * SequenceTokens, threads, flashAttention, sequences);
    }

    public override void Prefill(int sequence, int[] prompt)
    {
        sequence %= _sequences;
        _model.Truncate(sequence, 0);
        _model.Decode(prompt, sequence: sequence);
        Best(prompt.Length - 1);
    }

    public override void FillOthers(int prefilled, int wanted)
    {
        for (var sequence = prefilled; sequence < wanted; sequence++) _model.Copy(0, sequence);
    }

    public override double Decode(int batch, int context, int steps)
    {
        var tokens = new int[batch];
        for (var sequence = 0; sequence < batch; sequence++)
        {
            _model.Truncate(sequence, context);
            tokens[sequence] = Prompt(sequence, 1, _model.Vocabulary)[0];
        }
        Step(tokens);
        var start = Stopwatch.GetTimestamp();
        for (var step = 0; step < steps; step++) Step(tokens);
        return steps * batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public override void Dispose() => _model.Dispose();

    private void Step(int[] tokens)
    {
        _model.DecodeOneEach(tokens);
        for (var i = 0; i < tokens.Length; i++) tokens[i] = Best(i);
    }

    private int Best(int output) => TensorPrimitives.IndexOfMax(_model.Logits(output));
}
