using System.Text.Json.Nodes;
using Causeway.Engine.Formats;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Formats;

public sealed class LoraFilesTests : IDisposable
{
    private static readonly TinyModel _model = TinyModel.Create(TinyArchitecture.Qwen3);

    private readonly TinyFolder _folder = new();
    private readonly ModelFiles _base;

    public LoraFilesTests()
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
    public void Each_module_has_its_two_matrices_and_its_scale()
    {
        var adapter = TinyAdapter.Create(_model, rank: 4, alpha: 8);
        adapter.WriteFolder(AdapterFolder);

        using var files = LoraFiles.Open(AdapterFolder, _base.Config);

        Assert.Equal(7 * _model.Layers, files.Modules.Count);
        var up = files.Modules.Single(module => module is { Layer: 2, Module: "up_proj" });
        var (a, b) = adapter.Find("model.layers.2.mlp.up_proj.weight")!.Value;
        Assert.Equal(a.Values, up.A.ReadAll());
        Assert.Equal(b.Values, up.B.ReadAll());
        Assert.Equal(2f, up.Scale);
    }

    [Fact]
    public void The_scale_of_rsLoRA_divides_by_the_root_of_the_rank()
    {
        TinyAdapter.Create(_model, rank: 4, alpha: 8, rootScale: true).WriteFolder(AdapterFolder);

        using var files = LoraFiles.Open(AdapterFolder, _base.Config);

        Assert.All(files.Modules, module => Assert.Equal(4f, module.Scale));
    }

    [Fact]
    public void A_pattern_gives_its_modules_a_rank_and_an_alpha_of_their_own()
    {
        TinyAdapter.Create(_model, rank: 4).WriteFolder(AdapterFolder, config =>
        {
            config["r"] = 16;
            config["rank_pattern"] = new JsonObject { ["(q|k|v|o)_proj"] = 4, ["^model\\.layers\\.\\d\\.mlp\\..*"] = 4 };
            config["alpha_pattern"] = new JsonObject { ["layers.1.self_attn.q_proj"] = 20 };
        });

        using var files = LoraFiles.Open(AdapterFolder, _base.Config);

        Assert.Equal(5f, files.Modules.Single(module => module is { Layer: 1, Module: "q_proj" }).Scale);
        Assert.Equal(2f, files.Modules.Single(module => module is { Layer: 2, Module: "q_proj" }).Scale);
    }

    [Theory]
    [InlineData("all-linear")]
    [InlineData(@".*\.(self_attn|mlp)\.\w+_proj")]
    public void Targets_may_be_a_word_or_a_pattern(string targets)
    {
        TinyAdapter.Create(_model).WriteFolder(AdapterFolder, config => config["target_modules"] = targets);

        using var files = LoraFiles.Open(AdapterFolder, _base.Config);

        Assert.Equal(7 * _model.Layers, files.Modules.Count);
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"")]
    [InlineData("use_dora", "true")]
    [InlineData("lora_bias", "true")]
    [InlineData("bias", "\"all\"")]
    [InlineData("fan_in_fan_out", "true")]
    [InlineData("modules_to_save", "[\"lm_head\"]")]
    [InlineData("layer_replication", "[[0,2],[1,3]]")]
    [InlineData("target_parameters", "[\"experts.gate\"]")]
    [InlineData("trainable_token_indices", "[1]")]
    [InlineData("alora_invocation_tokens", "[1]")]
    [InlineData("r", "0")]
    [InlineData("r", "1000000000")]
    [InlineData("r", "8")]
    [InlineData("lora_alpha", "-1")]
    [InlineData("rank_pattern", "{\"q_proj\":2}")]
    [InlineData("target_modules", "[\"q_proj\"]")]
    [InlineData("target_modules", "\"(?=q)q_proj\"")]
    [InlineData("target_modules", "\"(((((\"")]
    [InlineData("target_modules", "null")]
    [InlineData("layers_to_transform", "[0]")]
    public void What_would_change_the_numbers_and_is_not_computed_is_refused(string key, string value)
    {
        TinyAdapter.Create(_model).WriteFolder(AdapterFolder, config => config[key] = JsonNode.Parse(value));

        Assert.Throws<ModelFormatException>(() => LoraFiles.Open(AdapterFolder, _base.Config));
    }

    [Theory]
    [InlineData("adapter_config.json")]
    [InlineData("adapter_model.safetensors")]
    public void Mutated_adapters_are_read_or_refused_and_nothing_else(string file)
    {
        TinyAdapter.Create(_model, targets: ["q_proj"]).WriteFolder(AdapterFolder);
        var valid = File.ReadAllBytes(Path.Combine(AdapterFolder, file));
        var refused = 0;
        for (var seed = 0; seed < 150; seed++)
        {
            File.WriteAllBytes(Path.Combine(AdapterFolder, file), Mutation.Of(valid, new Random(seed)));
            try
            {
                LoraFiles.Open(AdapterFolder, _base.Config).Dispose();
            }
            catch (ModelFormatException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 30, 150);
    }

    [Fact]
    public void An_adapter_of_another_base_is_refused()
    {
        TinyAdapter.Create(TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Hidden = 96 })).WriteFolder(AdapterFolder);

        var error = Assert.Throws<ModelFormatException>(() => LoraFiles.Open(AdapterFolder, _base.Config));

        Assert.Contains("the base's [", error.Message, StringComparison.Ordinal);
    }
}
