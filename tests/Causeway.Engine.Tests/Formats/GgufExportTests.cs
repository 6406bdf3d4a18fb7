using System.Text.Json.Nodes;
using Causeway.Engine.Formats;
using Causeway.Engine.Formats.Writing;
using Causeway.Engine.Tests.Oracle;
using Causeway.Engine.Tokenizers;
using Causeway.LlamaCpp;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Formats;

/// <summary>
/// What is written as GGUF is read by llama.cpp: its logits are the engine's of base and adapter, its tokens are the base's. llama.cpp rounds
/// activations to the type it multiplies in, so the tolerance (relative, in the L2 norm over the logits of a 16-token prompt) goes with the type.
/// </summary>
public sealed class GgufExportTests : IDisposable
{
    private static readonly string[] _texts = ["Hello, world! It's 12345 o'clock.", "  naïve café\n\n\tdef f(x): return x**2\n", "日本語 русский 😀", "a<b>c  d", ""];

    private readonly TinyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Base => _folder.File("base");
    private string AdapterFolder => _folder.File("adapter");
    private string Exported => _folder.File("out.gguf");

    [Theory]
    [InlineData(TinyArchitecture.Llama, TinyRope.Llama3)]
    [InlineData(TinyArchitecture.Llama, TinyRope.None)]
    [InlineData(TinyArchitecture.Qwen2, TinyRope.None)]
    [InlineData(TinyArchitecture.Qwen3, TinyRope.None)]
    [InlineData(TinyArchitecture.Qwen3, TinyRope.Linear)]
    [InlineData(TinyArchitecture.Qwen3, TinyRope.Yarn)]
    [InlineData(TinyArchitecture.SmolLM3, TinyRope.None)]
    [InlineData(TinyArchitecture.Gemma3, TinyRope.None)]
    public async Task Each_architecture_has_llama_cpp_s_logits_and_tokens(TinyArchitecture architecture, TinyRope rope)
    {
        // llama.cpp takes a Qwen2 only whose heads are as wide as its hidden state.
        var model = TinyModel.Create(architecture, shape: new TinyShape { Rope = rope, Hidden = architecture == TinyArchitecture.Qwen2 ? 128 : 64 });
        model.WriteFolder(Base);

        await AssertSameAsync(model, TensorType.F32, 2e-3);
    }

    [Theory]
    [InlineData(TensorType.F16, 5e-3)]
    [InlineData(TensorType.BF16, 2e-2)]
    [InlineData(TensorType.Q8_0, 5e-2)]
    public async Task Each_type_has_llama_cpp_s_logits(TensorType type, double tolerance)
    {
        var model = TinyModel.Create(TinyArchitecture.Llama, shape: TinyShape.Of256);
        model.WriteFolder(Base);

        await AssertSameAsync(model, type, tolerance);
    }

    [Fact]
    public async Task SentencePiece_that_puts_a_space_before_a_text_is_said_too()
    {
        var model = TinyModel.Create(TinyArchitecture.Llama, tokenizer: TinyTokenizer.Llama2);
        model.WriteFolder(Base);

        await AssertSameAsync(model, TensorType.F32, 2e-3);
    }

    [Theory]
    [InlineData(TinyArchitecture.Llama)]
    [InlineData(TinyArchitecture.Gemma3)]
    public async Task A_base_that_is_a_GGUF_file_is_merged_too(TinyArchitecture architecture)
    {
        var model = TinyModel.Create(architecture);
        var path = model.WriteGguf(_folder.File("base.gguf"), TinyType.Q8_0);

        await AssertSameAsync(model, TensorType.F32, 2e-3, path);
    }

    [Fact]
    public void A_model_that_the_format_cannot_say_is_refused_and_no_file_is_left()
    {
        TinyModel.Create(TinyArchitecture.Qwen3).WriteFolder(Base);
        Change(config =>
        {
            config["use_sliding_window"] = true;
            config["sliding_window"] = 16;
            config["max_window_layers"] = 1;
        });

        using var merged = MergedModel.Open(Base, null);
        var error = Assert.Throws<ModelFormatException>(() => merged.WriteGguf(Exported, TensorType.F32, "tiny"));

        Assert.Equal("A GGUF file cannot say this model: what layer 1 sees would be lost. Export it as safetensors.", error.Message);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_number_that_16_bits_cannot_hold_is_told_with_its_weight()
    {
        TinyModel.Create(TinyArchitecture.Qwen3).With(tensor => tensor.Name.EndsWith("0.mlp.up_proj.weight", StringComparison.Ordinal) ? tensor with { Values = [.. tensor.Values.Select(_ => 1e6f)] } : tensor)
            .WriteFolder(Base);

        using var merged = MergedModel.Open(Base, null);

        Assert.Equal("blk.0.ffn_up.weight has numbers that F16 cannot hold (above 65504). Write it as BF16.", Assert.Throws<ModelFormatException>(() => merged.WriteGguf(Exported, TensorType.F16, "tiny")).Message);
    }

    [Fact]
    public void A_disk_that_fills_up_leaves_what_was_there()
    {
        File.WriteAllText(Exported, "before");

        Assert.Throws<IOException>(() => WholeFile.Write(Exported, file =>
        {
            file.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }));

        Assert.Equal([Exported], Directory.GetFiles(_folder.Path));
        Assert.Equal("before", File.ReadAllText(Exported));
    }

    [Fact]
    public void Progress_counts_every_byte_of_the_weights()
    {
        TinyModel.Create(TinyArchitecture.Qwen3).WriteFolder(Base);
        using var merged = MergedModel.Open(Base, null);
        var done = 0L;

        merged.WriteGguf(Exported, TensorType.Q8_0, "tiny", bytes => done += bytes);

        Assert.Equal(merged.BytesAs(TensorType.Q8_0, gguf: true), done);
        Assert.InRange(new FileInfo(Exported).Length, done, done + 200_000);
    }

    private async Task AssertSameAsync(TinyModel model, TensorType type, double tolerance, string? from = null)
    {
        Skip.UnlessRequired(LlamaCppPackage.IsPossible, "npm on Linux (x64) is needed for llama.cpp's library; install Node.js.");
        TinyAdapter.Create(model, alpha: 4).WriteFolder(AdapterFolder);
        using (var merged = MergedModel.Open(from ?? Base, AdapterFolder)) merged.WriteGguf(Exported, type, "tiny");
        var tokens = Prompt.Of(model, 16);

        using var llama = new LlamaModel(await LlamaCppPackage.FolderAsync(), Exported, context: 256);
        llama.Decode(tokens, all: true);
        var theirs = tokens.Select((_, i) => llama.Logits(i).ToArray().Select(logit => (double)logit).ToArray()).ToArray();
        using var files = ModelFiles.Open(from ?? Base);
        using var lora = LoraFiles.Open(AdapterFolder, files.Config);
        using var exported = ModelFiles.Open(Exported);
        var (beside, written) = (Prompt.Distance(theirs, EngineLogits.Of(files, tokens, lora)), Prompt.Distance(theirs, EngineLogits.Of(exported, tokens)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{model.Architecture} {type}: base and adapter {beside:E1}, the file {written:E1}");
        Assert.InRange(beside, 0, tolerance);
        Assert.InRange(written, 0, tolerance);

        var tokenizer = Tokenizer.Create(files.Tokenizer);
        foreach (var text in _texts)
        {
            var ours = new List<int>();
            tokenizer.Encode(text, specials: false, ours);
            Assert.Equal(llama.Tokenize(text, addSpecial: false, parseSpecial: false).ToList(), ours);
            Assert.Equal(llama.Tokenize(text, addSpecial: true, parseSpecial: false).ToList(), [.. tokenizer.Prefix, .. ours]);
        }
    }

    private void Change(Action<JsonObject> change)
    {
        var path = Path.Combine(Base, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }
}
