using Causeway.Engine.Formats;
using Causeway.Engine.Formats.Writing;
using Causeway.Engine.Tests.Oracle;
using Causeway.Engine.Training;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Training;

/// <summary>
/// Adapters cross between tools: one made here is read by a reader of PEFT's format that shares nothing with the engine, one made elsewhere gives the
/// logits of an independent computation. Distances are relative, in the L2 norm over the logits of a 16-token prompt.
/// </summary>
public sealed class AdapterFormatTests : IDisposable
{
    /// <summary>The engine keeps keys and values in 16 bits and multiplies in 32; the oracle does the first and not the second.</summary>
    private const double Tolerance = 2e-3;

    private static readonly TinyModel _model = TinyModel.Create(TinyArchitecture.Qwen3);
    private readonly TinyFolder _folder = new();
    private readonly ModelFiles _base;

    public AdapterFormatTests()
    {
        _model.WriteFolder(_folder.File("base"));
        _base = ModelFiles.Open(_folder.File("base"));
    }

    public void Dispose()
    {
        _base.Dispose();
        _folder.Dispose();
    }

    private string AdapterFolder => _folder.File("adapter");

    [Fact]
    public void An_adapter_made_here_is_what_PEFT_documents()
    {
        Train(rank: 3, alpha: 12);
        var peft = new PeftFormat(AdapterFolder);

        Assert.Equal("LORA", peft.Config.GetProperty("peft_type").GetString());
        Assert.Equal("CAUSAL_LM", peft.Config.GetProperty("task_type").GetString());
        Assert.Equal("a-base", peft.Config.GetProperty("base_model_name_or_path").GetString());
        Assert.Equal(4, peft.Scale);
        Assert.Equal(["down_proj", "q_proj"], peft.Config.GetProperty("target_modules").EnumerateArray().Select(module => module.GetString()));
        Assert.Equal(
            from layer in Enumerable.Range(0, _model.Layers)
            from module in new[] { "mlp.down_proj", "self_attn.q_proj" }
            from half in new[] { "A", "B" }
            select $"base_model.model.model.layers.{layer}.{module}.lora_{half}.weight",
            peft.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Another_reader_s_merge_an_adapter_beside_the_base_and_our_own_merge_have_the_same_logits()
    {
        Train(rank: 3, alpha: 12);
        var tokens = Prompt.Of(_model, 16);
        var peft = new PeftFormat(AdapterFolder);
        var theirs = _model.With(tensor => tensor with { Values = [.. peft.Merged(tensor.Name, tensor.Shape, tensor.Values).Select(value => (float)value)] });
        var expected = new ScalarOracle(theirs, keep: Prompt.AsF16).Logits(tokens);

        using var lora = LoraFiles.Open(AdapterFolder, _base.Config);
        var beside = EngineLogits.Of(_base, tokens, lora);
        using var files = Merge();
        var merged = EngineLogits.Of(files, tokens);

        Assert.InRange(Prompt.Distance(expected, beside), 0, Tolerance);
        Assert.InRange(Prompt.Distance(expected, merged), 0, Tolerance);
        Assert.True(Prompt.Distance(expected, EngineLogits.Of(_base, tokens)) > 20 * Tolerance, "The adapter changes too little to tell.");
    }

    [Fact]
    public void Merged_weights_are_those_of_another_reader()
    {
        Train(rank: 3, alpha: 12);
        var peft = new PeftFormat(AdapterFolder);

        using var files = Merge();

        foreach (var tensor in _model.Tensors)
        {
            var expected = peft.Merged(tensor.Name, tensor.Shape, tensor.Values);
            var actual = files.Tensors.Get(tensor.Name, tensor.Shape).ReadAll();
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6);
        }
    }

    [Theory]
    [InlineData(TinyType.F32, false, "base_model.model.model.")]
    [InlineData(TinyType.F16, false, "base_model.model.model.")]
    [InlineData(TinyType.BF16, true, "base_model.model.model.")]
    [InlineData(TinyType.F32, true, "base_model.model.")]
    [InlineData(TinyType.F32, false, "model.")]
    public void An_adapter_made_elsewhere_has_the_logits_of_an_independent_computation(TinyType type, bool rootScale, string prefix)
    {
        var adapter = TinyAdapter.Create(_model, rank: 4, alpha: 6, rootScale: rootScale);
        adapter.WriteFolder(AdapterFolder, rename: name => name.Replace("base_model.model.model.", prefix, StringComparison.Ordinal), type: type);
        var tokens = Prompt.Of(_model, 16);
        var expected = new ScalarOracle(_model, adapter.AsInFolder(type), Prompt.AsF16).Logits(tokens);

        using var lora = LoraFiles.Open(AdapterFolder, _base.Config);
        using var merged = Merge();

        Assert.InRange(Prompt.Distance(expected, EngineLogits.Of(_base, tokens, lora)), 0, Tolerance);
        Assert.InRange(Prompt.Distance(expected, EngineLogits.Of(merged, tokens)), 0, Tolerance);
    }

    [Fact]
    public void An_adapter_saved_with_its_name_in_every_key_is_read()
    {
        TinyAdapter.Create(_model).WriteFolder(AdapterFolder, rename: name => name.Replace(".weight", ".default.weight", StringComparison.Ordinal));

        using var lora = LoraFiles.Open(AdapterFolder, _base.Config);

        Assert.Equal(7 * _model.Layers, lora.Modules.Count);
    }

    [Fact]
    public void A_matrix_under_two_names_is_refused()
    {
        var first = true;
        TinyAdapter.Create(_model, targets: ["q_proj"]).WriteFolder(AdapterFolder, rename: name =>
        {
            if (!name.Contains("layers.1.", StringComparison.Ordinal) || !name.Contains("lora_A", StringComparison.Ordinal)) return name;
            first = false;
            return name.Replace("base_model.model.model.layers.1", "model.layers.0", StringComparison.Ordinal);
        });

        Assert.False(first);
        Assert.Contains("are the same matrix", Assert.Throws<ModelFormatException>(() => LoraFiles.Open(AdapterFolder, _base.Config)).Message, StringComparison.Ordinal);
    }

    private void Train(int rank, float alpha)
    {
        var model = TrainedModel.From(_base.Config, _base.Tensors);
        model.AttachAdapter(new() { Rank = rank, Alpha = alpha, Modules = ["q_proj", "down_proj"] }, seed: 1);
        TrainingExample[] examples = [.. Enumerable.Range(0, 4).Select(i => new TrainingExample([i, i + 40, i + 80, i + 120, 7]))];
        var run = TrainingRun.Supervised(model, examples, new() { Epochs = 10, BatchTokens = 32, PeakRate = 2e-2 });
        while (!run.IsDone) run.Advance();
        model.WriteAdapter(AdapterFolder, "a-base");
    }

    private ModelFiles Merge()
    {
        var folder = _folder.File("merged");
        _model.WriteFolder(Directory.CreateDirectory(folder).FullName);
        using (var merged = MergedModel.Open(_folder.File("base"), AdapterFolder)) merged.WriteSafetensors(Path.Combine(folder, "model.safetensors"), TensorType.F32);
        return ModelFiles.Open(folder);
    }
}
