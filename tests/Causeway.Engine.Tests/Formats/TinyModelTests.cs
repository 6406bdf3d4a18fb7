using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Formats;

public sealed class TinyModelTests
{
    [Theory]
    [InlineData(TinyArchitecture.Llama)]
    [InlineData(TinyArchitecture.Gemma3)]
    public void The_same_seed_gives_the_same_files(TinyArchitecture architecture)
    {
        using var folder = new TinyFolder();
        byte[] Gguf(ulong seed) => File.ReadAllBytes(TinyModel.Create(architecture, seed).WriteGguf(folder.File("m.gguf"), TinyType.Q8_0));
        byte[] Weights(ulong seed)
        {
            TinyModel.Create(architecture, seed).WriteFolder(folder.Path, TinyType.BF16);
            return File.ReadAllBytes(folder.File("model.safetensors"));
        }

        Assert.Equal(Gguf(7), Gguf(7));
        Assert.NotEqual(Gguf(7), Gguf(8));
        Assert.Equal(Weights(7), Weights(7));
    }

    [Theory]
    [InlineData(TinyType.F32, 0)]
    [InlineData(TinyType.F16, 0.0005)]
    [InlineData(TinyType.BF16, 0.004)]
    [InlineData(TinyType.Q8_0, 0.01)]
    [InlineData(TinyType.Q4_0, 0.12)]
    [InlineData(TinyType.Q4_K, 0.1)]
    [InlineData(TinyType.Q6_K, 0.03)]
    public void A_weight_type_rounds_no_more_than_its_steps(TinyType type, double relative)
    {
        var values = TinyModel.Create(TinyArchitecture.Qwen3, shape: TinyShape.Of256).Tensor("model.layers.0.mlp.up_proj.weight").Values;

        var error = values.Zip(Quantize.Rounded(type, values), (exact, rounded) => Math.Pow(exact - rounded, 2)).Sum();

        Assert.True(Math.Sqrt(error / values.Sum(value => (double)value * value)) <= relative);
    }

    [Fact]
    public void Each_byte_is_a_token_of_its_own_in_both_kinds_of_vocabulary()
    {
        Assert.All(TinyTokenizer.ByteAlphabet, character => TinyTokenizer.Qwen.Find(character.ToString()));
        Assert.Equal(256, TinyTokenizer.Gemma.Tokens.Count(token => token.Kind == TinyTokenKind.Byte));
    }
}
