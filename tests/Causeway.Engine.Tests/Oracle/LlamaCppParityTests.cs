using Causeway.Engine.Formats;
using Causeway.LlamaCpp;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Oracle;

/// <summary>
/// The same GGUF file in llama.cpp, in the engine and in the scalar oracle: that they agree says that the tiny files are what they claim, and that
/// oracle and engine compute what the architectures are. llama.cpp rounds activations to the type it multiplies in and keys and values to F16, so the tolerance
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
    public async Task Each_architecture_has_the_same_logits_in_three_implementations(TinyArchitecture architecture, TinyRope rope)
    {
        // llama.cpp takes a Qwen2 only whose heads are as wide as its hidden state.
        var shape = new TinyShape { Rope = rope, Hidden = architecture == TinyArchitecture.Qwen2 ? 128 : 64 };
        await AssertNearAsync(TinyModel.Create(architecture, shape: shape), TinyType.F32, 2e-3);
    }

    [Theory]
    [InlineData(TinyType.F16, 5e-3)]
    [InlineData(TinyType.BF16, 2e-2)]
    [InlineData(TinyType.Q8_0, 5e-2)]
    [InlineData(TinyType.Q4_0, 5e-2)]
    [InlineData(TinyType.Q4_K, 5e-2)]
    [InlineData(TinyType.Q6_K, 5e-2)]
    public async Task Each_weight_type_has_the_same_logits_in_three_implementations(TinyType type, double tolerance) =>
        await AssertNearAsync(TinyModel.Create(TinyArchitecture.Llama, shape: TinyShape.Of256), type, tolerance);

    [Fact]
    public async Task A_sequence_is_not_cut_to_more_tokens_than_it_has()
    {
        Skip.UnlessRequired(LlamaCppPackage.IsPossible, "npm on Linux (x64) is needed for llama.cpp's library; install Node.js.");
        var model = TinyModel.Create(TinyArchitecture.Llama);
        using var llama = new LlamaModel(await LlamaCppPackage.FolderAsync(), model.WriteGguf(_folder.File("m.gguf"), TinyType.F32), context: 256, sequences: 2);
        llama.Decode(Prompt.Of(model, 16));
        llama.Copy(0, 1);
        llama.Truncate(0, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => llama.Truncate(0, 9));
        llama.Truncate(1, 16);
    }

    private async Task AssertNearAsync(TinyModel model, TinyType type, double tolerance)
    {
        Skip.UnlessRequired(LlamaCppPackage.IsPossible, "npm on Linux (x64) is needed for llama.cpp's library; install Node.js.");
        var path = model.WriteGguf(_folder.File("m.gguf"), type);
        using var llama = new LlamaModel(await LlamaCppPackage.FolderAsync(), path, context: 256);
        Assert.Equal(model.Vocabulary, llama.Vocabulary);
        var tokens = Prompt.Of(model, 16);
        llama.Decode(tokens, all: true);
        var theirs = tokens.Select((_, i) => llama.Logits(i).ToArray()).ToArray();
        using var files = ModelFiles.Open(path);
        var exact = new ScalarOracle(model.AsInGguf(type), keep: Prompt.AsF16).Logits(tokens);
        var (oracle, engine) = (Prompt.Distance(exact, theirs), Prompt.Distance([.. theirs.Select(row => row.Select(logit => (double)logit).ToArray())], EngineLogits.Of(files, tokens)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{model.Architecture} {type}: oracle {oracle:E1}, engine {engine:E1}");
        Assert.InRange(oracle, 0, tolerance);
        Assert.InRange(engine, 0, tolerance);
    }
}
