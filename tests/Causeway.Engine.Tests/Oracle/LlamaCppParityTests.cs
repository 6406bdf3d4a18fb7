using Causeway.LlamaCpp;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Oracle;

/// <summary>
/// The same GGUF file in llama.cpp and in the scalar oracle: that they agree says that the tiny files are what they claim, and that the oracle
/// computes what the architectures are. llama.cpp rounds activations to the type it multiplies in and keys and values to F16, so the tolerance
/// (relative, in the L2 norm over all logits of a 16-token prompt) goes with the type.
/// </summary>
public sealed class LlamaCppParityTests : IDisposable
{
    private readonly TinyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TinyArchitecture.Llama, TinyRope.Llama3)]
    [InlineData(TinyArchitecture.Llama, TinyRope.None)]
    [InlineData(TinyArchitecture.Qwen2, TinyRope.None)]
    [InlineData(TinyArchitecture.Qwen3, TinyRope.None)]
    [InlineData(TinyArchitecture.Qwen3, TinyRope.Linear)]
    [InlineData(TinyArchitecture.Qwen3, TinyRope.Yarn)]
    [InlineData(TinyArchitecture.SmolLM3, TinyRope.None)]
    [InlineData(TinyArchitecture.Gemma3, TinyRope.None)]
    [InlineData(TinyArchitecture.Gemma3, TinyRope.Linear)]
    public async Task Each_architecture_is_what_llama_cpp_takes_it_for(TinyArchitecture architecture, TinyRope rope) =>
        Assert.InRange(await DistanceAsync(TinyModel.Create(architecture, shape: new TinyShape { Rope = rope }), TinyType.F32), 0, 2e-3);

    [Theory]
    [InlineData(TinyType.F16, 5e-3)]
    [InlineData(TinyType.BF16, 2e-2)]
    [InlineData(TinyType.Q8_0, 5e-2)]
    [InlineData(TinyType.Q4_0, 5e-2)]
    [InlineData(TinyType.Q4_K, 5e-2)]
    [InlineData(TinyType.Q6_K, 5e-2)]
    public async Task Each_weight_type_is_what_llama_cpp_takes_it_for(TinyType type, double tolerance) =>
        Assert.InRange(await DistanceAsync(TinyModel.Create(TinyArchitecture.Llama, shape: TinyShape.Of256), type), 0, tolerance);

    private async Task<double> DistanceAsync(TinyModel model, TinyType type)
    {
        Skip.UnlessRequired(LlamaCppPackage.IsPossible, "npm on Linux (x64) is needed for llama.cpp's library; install Node.js.");
        using var llama = new LlamaModel(await LlamaCppPackage.FolderAsync(), model.WriteGguf(_folder.File("m.gguf"), type), context: 256);
        Assert.Equal(model.Vocabulary, llama.Vocabulary);
        var tokens = Prompt.Of(model, 16);
        llama.Decode(tokens, all: true);
        var theirs = tokens.Select((_, i) => llama.Logits(i).ToArray()).ToArray();
        return Prompt.Distance(new ScalarOracle(model.AsInGguf(type), keep: Prompt.AsF16).Logits(tokens), theirs);
    }
}
