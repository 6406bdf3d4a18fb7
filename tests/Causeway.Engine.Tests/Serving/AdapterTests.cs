using Causeway.Engine.Formats;
using Causeway.Engine.Sampling;
using Causeway.Engine.Serving;

namespace Causeway.Engine.Tests.Serving;

public sealed class AdapterTests
{
    private static readonly string[] _modules = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    [Theory]
    [InlineData(Architecture.Llama)]
    [InlineData(Architecture.Gemma3)]
    public async Task Beside_the_weights_an_adapter_says_what_it_says_merged_into_them(Architecture architecture)
    {
        var prompt = ForwardTests.Tokens(40, 1);
        var (plain, merged) = (new RandomDecoder(architecture), new RandomDecoder(architecture));
        var modules = Random(plain, 1);
        foreach (var module in modules) Merge(merged, module);

        await using var one = plain.Load();
        await using var other = merged.Load();
        one.AddAdapter("tuned", modules);

        var expected = await Logprobs(other, prompt, null);
        Close(expected, await Logprobs(one, prompt, "tuned"));
        Assert.NotEqual(expected[0].Logprob, (await Logprobs(one, prompt, null))[0].Logprob, 0.01f);
    }

    [Fact]
    public async Task Answers_with_different_adapters_share_a_batch_and_no_pages()
    {
        var decoder = new RandomDecoder();
        await using var model = decoder.Load();
        model.AddAdapter("a", Random(decoder, 1));
        model.AddAdapter("b", Random(decoder, 2));
        var prompt = ForwardTests.Tokens(60, 1);
        string?[] names = ["a", null, "b", "a", null, "b"];
        var alone = new List<List<GeneratedToken>>();
        foreach (var name in names[..3]) alone.Add(await Logprobs(model, prompt, name));

        var together = await Task.WhenAll(names.Select(name => Logprobs(model, prompt, name)));

        for (var i = 0; i < names.Length; i++) Close(alone[i % 3], together[i]);
        Assert.NotEqual(alone[0].Select(token => token.Id), alone[2].Select(token => token.Id));
    }

    [Fact]
    public async Task A_removed_adapter_is_unknown_and_its_running_answers_are_finished_with_it()
    {
        var decoder = new RandomDecoder();
        await using var model = decoder.Load();
        model.AddAdapter("a", Random(decoder, 1));
        var request = LoadedModelTests.Greedy(ForwardTests.Tokens(10, 1), 60) with { Adapter = "a" };
        var expected = await LoadedModelTests.Read(model.Start(request));

        var running = model.Start(request);
        Assert.True(model.RemoveAdapter("a"));
        Assert.False(model.RemoveAdapter("a"));
        Assert.Contains("no adapter a", Assert.Throws<ArgumentException>(() => model.Start(request)).Message, StringComparison.Ordinal);
        Assert.Equal(expected, await LoadedModelTests.Read(running));
    }

    [Fact]
    public async Task An_adapter_of_another_model_is_refused_with_both_shapes()
    {
        var decoder = new RandomDecoder();
        await using var model = decoder.Load();
        var (a, b) = (decoder.Tensor("A", 1, 4, 63), decoder.Tensor("B", 1, 128, 4));

        var shape = Assert.Throws<ModelFormatException>(() => model.AddAdapter("x", [new StoredLora(0, "q_proj", a, b, 1)]));
        Assert.Contains("[4, 63]", shape.Message, StringComparison.Ordinal);
        Assert.Contains("[128, 64]", shape.Message, StringComparison.Ordinal);
        Assert.Contains("embed_tokens", Assert.Throws<ModelFormatException>(() => model.AddAdapter("x", [new StoredLora(0, "embed_tokens", a, b, 1)])).Message, StringComparison.Ordinal);
        Assert.Contains("layers 0 to 2", Assert.Throws<ModelFormatException>(() => model.AddAdapter("x", [new StoredLora(3, "q_proj", a, b, 1)])).Message, StringComparison.Ordinal);
    }

    internal static List<StoredLora> Random(RandomDecoder decoder, int variant)
    {
        var c = decoder.Config;
        var modules = new List<StoredLora>();
        for (var layer = 0; layer < c.Layers.Length; layer++)
        {
            foreach (var name in _modules)
            {
                var weight = decoder.Tensors.Find(NameOf(layer, name))!;
                var a = decoder.Tensor("A", 0.2f, 4, weight.Columns);
                var b = decoder.Tensor("B", 0.2f * variant, weight.Rows, 4);
                modules.Add(new StoredLora(layer, name, a, b, 0.7f));
            }
        }
        return modules;
    }

    private static string NameOf(int layer, string module) =>
        $"model.layers.{layer}.{(module.Length == 6 && module is not "up_proj" ? "self_attn" : "mlp")}.{module}.weight";

    private static void Merge(RandomDecoder decoder, StoredLora module)
    {
        var weight = decoder.Numbers(NameOf(module.Layer, module.Module));
        var (a, b) = (module.A.ReadAll(), module.B.ReadAll());
        for (var row = 0; row < module.B.Rows; row++)
        {
            for (var column = 0; column < module.A.Columns; column++)
            {
                for (var r = 0; r < 4; r++) weight[(row * module.A.Columns) + column] += module.Scale * b[(row * 4) + r] * a[(r * module.A.Columns) + column];
            }
        }
    }

    private static async Task<List<GeneratedToken>> Logprobs(LoadedModel model, int[] prompt, string? adapter)
    {
        var tokens = new List<GeneratedToken>();
        var request = new GenerationRequest
        {
            Prompt = prompt, MaxTokens = 10, Adapter = adapter, Sampling = new SamplingOptions { Temperature = 0, TopLogprobs = 5 },
        };
        await foreach (var token in model.Start(request).ReadAllAsync()) tokens.Add(token);
        return tokens;
    }

    private static void Close(List<GeneratedToken> expected, List<GeneratedToken> actual)
    {
        Assert.Equal(expected.Select(token => token.Id), actual.Select(token => token.Id));
        foreach (var (a, b) in expected.Zip(actual))
        {
            foreach (var (x, y) in a.Alternatives.Zip(b.Alternatives)) Assert.Equal(x.Logprob, y.Logprob, 5e-3f);
        }
    }
}
