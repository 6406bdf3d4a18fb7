using System.Text.Json.Nodes;
using Causeway.Models;
using Causeway.Testing;
using Causeway.TinyModels;
using Causeway.Tuning;

namespace Causeway.Tests.Tuning;

public sealed class TuneImportTests : IDisposable
{
    private static readonly TinyModel _model = TinyModel.Create(TinyArchitecture.Qwen3);

    private readonly TempFolder _folder = new();

    public TuneImportTests()
    {
        _model.WriteFolder(Directory.CreateDirectory(_folder.File("tiny")).FullName);
        Store.Add(_folder.File("tiny"), "small");
    }

    private ModelStore Store => new(_folder.File("models"));
    private string Adapter => _folder.File("adapter");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_adapter_is_copied_into_the_store_and_listed_with_where_it_came_from()
    {
        TinyAdapter.Create(_model, rootScale: true).WriteFolder(Adapter, config => config["base_model_name_or_path"] = "someone/tiny");

        var told = await ImportAsync(Adapter, "--name", "support");
        Directory.Delete(Adapter, recursive: true);

        Assert.Equal(new Told(0, "small:support\n", ""), told);
        Assert.True(File.Exists(Path.Combine(Store.Resolve("small:support", false)!.AdapterPath!, "adapter_model.safetensors")));
        Assert.Equal(["small:support", "small", Adapter], ModelRows.Of(Store.Find("small")!).Last().Where((_, i) => i != 1));
    }

    [Fact]
    public async Task An_adapter_whose_name_of_the_base_tells_nothing_is_taken_with_a_word_about_it()
    {
        TinyAdapter.Create(_model).WriteFolder(Adapter, config => config["base_model_name_or_path"] = "/data/checkpoints/7");

        var told = await ImportAsync(Adapter);

        Assert.Equal(0, told.ExitCode);
        Assert.Contains("was made for /data/checkpoints/7; whether small is that cannot be told", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adapter_that_says_that_it_is_another_base_s_is_refused_unless_it_is_insisted()
    {
        new ModelEntry { Name = "small", Path = _folder.File("tiny"), Source = "Qwen/Qwen3-0.6B" }.Write(_folder.File("models/small"));
        TinyAdapter.Create(_model).WriteFolder(Adapter, config => config["base_model_name_or_path"] = "Qwen/Qwen3-1.7B");

        var told = await ImportAsync(Adapter);

        Assert.Equal(1, told.ExitCode);
        Assert.Contains("was made for Qwen/Qwen3-1.7B (base_model_name_or_path); small is Qwen/Qwen3-0.6B", told.Errors, StringComparison.Ordinal);
        Assert.Empty(Store.Find("small")!.Adapters);
        Assert.Equal(0, (await ImportAsync(Adapter, "--any-base")).ExitCode);
    }

    [Fact]
    public async Task A_lineage_that_names_other_weights_is_another_base()
    {
        TinyAdapter.Create(_model).WriteFolder(Adapter);
        var lineage = new Lineage(WeightsHash.Of(_folder.File("tiny")), "tiny", "d", null, TuningMethod.Supervised, new TuningHyperparameters(1, 1, 1, 4, 8, 0, 0, null), 1, "0", null);
        (lineage with { BaseHash = "0123456789abcdef" }).Write(Adapter);

        Assert.Contains("It is another base", (await ImportAsync(Adapter)).Errors, StringComparison.Ordinal);

        lineage.Write(Adapter);
        Assert.Equal(new Told(0, "small:adapter\n", ""), await ImportAsync(Adapter));
    }

    [Theory]
    [InlineData("use_dora", "true", "use_dora is set, which this engine does not compute")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "modules_to_save is set, which this engine does not compute")]
    [InlineData("peft_type", "\"IA3\"", "only LORA adapters are read")]
    [InlineData("r", "8", "rank 8 on the base's")]
    public async Task What_PEFT_can_save_and_the_engine_does_not_compute_is_named(string key, string value, string message)
    {
        TinyAdapter.Create(_model).WriteFolder(Adapter, config => config[key] = JsonNode.Parse(value));

        var told = await ImportAsync(Adapter);

        Assert.Equal(1, told.ExitCode);
        Assert.Contains(message, told.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("models/small/adapters")));
    }

    [Fact]
    public async Task An_adapter_of_another_shape_is_another_base_s()
    {
        TinyAdapter.Create(TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Hidden = 96 })).WriteFolder(Adapter);

        Assert.Contains("the base's [", (await ImportAsync(Adapter)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_that_are_none_are_refused()
    {
        var adapter = TinyAdapter.Create(_model);
        adapter.Tensors[3].Values[5] = float.NaN;
        adapter.WriteFolder(Adapter);

        Assert.Contains("has numbers that are not finite", (await ImportAsync(Adapter)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_not_given_twice()
    {
        TinyAdapter.Create(_model).WriteFolder(Adapter);
        await ImportAsync(Adapter);

        Assert.Contains("has an adapter 'adapter' already", (await ImportAsync(Adapter)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_without_a_tokenizer_gets_that_of_its_base()
    {
        var checkpoint = Directory.CreateDirectory(_folder.File("checkpoint-500")).FullName;
        TinyModel.Create(TinyArchitecture.Qwen3, seed: 9).WriteFolder(checkpoint, TinyType.BF16, shards: 2);
        foreach (var file in (string[])["tokenizer.json", "tokenizer_config.json"]) File.Delete(Path.Combine(checkpoint, file));

        var told = await ImportAsync(checkpoint, "--name", "aligned");

        Assert.Equal((0, "aligned\n"), (told.ExitCode, told.Output));
        Assert.Contains("has no tokenizer: that of small goes with it", told.Errors, StringComparison.Ordinal);
        var entry = Store.Find("aligned")!;
        Assert.Equal(("small", checkpoint, true), (entry.Parent, entry.Source, entry.IsOwned));
        using var facts = new StringWriter();
        ModelFacts.Write(facts, entry);
        Assert.Contains("made of       small", facts.ToString(), StringComparison.Ordinal);
        Assert.Contains("chat template yes", facts.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_of_another_model_is_refused_and_leaves_nothing()
    {
        var other = Directory.CreateDirectory(_folder.File("other")).FullName;
        TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Layers = 2 }).WriteFolder(other);

        var told = await ImportAsync(other);

        Assert.Equal((1, $"{other} is not made of small: it has 2 layers, not 3. Name its own base with --base.\n"), (told.ExitCode, told.Errors));
        Assert.Equal(["small"], Directory.GetDirectories(_folder.File("models")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_was_exported_here_comes_back()
    {
        TinyAdapter.Create(_model).WriteFolder(Adapter);
        await ImportAsync(Adapter, "--name", "support");
        await Told.OfAsync("export", "small:support", "--to", _folder.File("out.gguf"), "--format", "gguf", "--models", _folder.File("models"));

        Assert.Equal(new Told(0, "again\n", ""), await ImportAsync(_folder.File("out.gguf"), "--name", "again"));
        Assert.Equal(new Told(1, "", "The store has a model 'again' already. Choose another name with --name, or 'causeway models rm again' first.\n"), await ImportAsync(_folder.File("out.gguf"), "--name", "again"));
    }

    [Fact]
    public async Task What_is_neither_is_told() => Assert.Contains("is neither an adapter", (await ImportAsync(_folder.Path, "--name", "x")).Errors, StringComparison.Ordinal);

    private Task<Told> ImportAsync(string path, params string[] more) => Told.OfAsync(["import", path, "--base", "small", "--models", _folder.File("models"), .. more]);
}
