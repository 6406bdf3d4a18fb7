using Causeway.Engine.Formats;
using Causeway.Engine.Serving;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Formats;

public sealed class ModelFilesTests : IDisposable
{
    private readonly TinyFolder _folder = new();

    public static TheoryData<TinyArchitecture> Architectures => [.. Enum.GetValues<TinyArchitecture>()];

    public static TheoryData<TinyType> Types => [.. Enum.GetValues<TinyType>()];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Architectures))]
    public void A_folder_gives_back_every_weight_that_was_written(TinyArchitecture architecture)
    {
        var model = TinyModel.Create(architecture);
        model.WriteFolder(_folder.Path, TinyType.BF16);

        using var files = ModelFiles.Open(_folder.Path);

        Assert.Equal(architecture.ToString(), files.Config.Architecture.ToString());
        AssertWeights(model.AsInFolder(TinyType.BF16), files, offset: 0);
    }

    [Theory, MemberData(nameof(Architectures))]
    public void A_GGUF_file_gives_back_every_weight_under_the_other_name_and_in_the_other_order(TinyArchitecture architecture)
    {
        var model = TinyModel.Create(architecture);

        using var files = ModelFiles.Open(model.WriteGguf(_folder.File("m.gguf")));

        AssertWeights(model, files, offset: architecture == TinyArchitecture.Gemma3 ? 1 : 0);
    }

    [Fact]
    public void A_loaded_model_leaves_nothing_of_its_file_in_memory_and_the_file_can_be_read_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells what of a mapped file is in memory.");
        var model = TinyModel.Create(TinyArchitecture.Qwen3);
        using var files = ModelFiles.Open(model.WriteGguf(_folder.File("m.gguf")));
        AssertWeights(model, files, offset: 0);
        Assert.NotEqual(0, ResidentKilobytes("m.gguf"));

        using var loaded = LoadedModel.Load(files.Config, files.Tensors, []);

        Assert.Equal(0, ResidentKilobytes("m.gguf"));
        AssertWeights(model, files, offset: 0);
    }

    private int ResidentKilobytes(string file) => File.ReadLines("/proc/self/smaps")
        .SkipWhile(line => !line.EndsWith(_folder.File(file), StringComparison.Ordinal))
        .Where(line => line.StartsWith("Rss:", StringComparison.Ordinal))
        .Select(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null))
        .First();

    [Theory, MemberData(nameof(Types))]
    public void Every_weight_type_of_a_GGUF_file_is_read_as_the_numbers_its_scales_and_steps_say(TinyType type)
    {
        var model = TinyModel.Create(TinyArchitecture.Llama, shape: TinyShape.Of256);

        using var files = ModelFiles.Open(model.WriteGguf(_folder.File("m.gguf"), type));

        AssertWeights(model.AsInGguf(type), files, offset: 0);
        Assert.Equal(type.ToString(), files.Tensors.Get("model.layers.0.mlp.up_proj.weight", 512, 256).Type.ToString());
    }

    [Theory, MemberData(nameof(Architectures))]
    public void A_folder_and_a_GGUF_file_of_one_model_say_the_same_of_it(TinyArchitecture architecture)
    {
        var model = TinyModel.Create(architecture);
        model.WriteFolder(_folder.Path);

        using var folder = ModelFiles.Open(_folder.Path);
        using var gguf = ModelFiles.Open(model.WriteGguf(_folder.File("m.gguf")));

        AssertSame(folder.Config, gguf.Config);
        Assert.Equal(folder.ChatTemplate, gguf.ChatTemplate);
        Assert.Equal([model.Tokenizer.EndOfTurn, model.Tokenizer.EndOfText], folder.GenerationDefaults.EndTokens);
        Assert.Equal(model.Tokenizer.EndOfTurn, gguf.GenerationDefaults.EndTokens[0]);
        Assert.Equal(model.Vocabulary, gguf.Tokenizer.Gguf!.Tokens.Length);
    }

    [Theory]
    [InlineData(TinyRope.Linear)]
    [InlineData(TinyRope.Yarn)]
    public void Both_kinds_of_files_stretch_the_rotation_alike(TinyRope rope)
    {
        var model = TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Rope = rope });
        model.WriteFolder(_folder.Path);

        using var folder = ModelFiles.Open(_folder.Path);
        using var gguf = ModelFiles.Open(model.WriteGguf(_folder.File("m.gguf")));

        AssertSame(folder.Config, gguf.Config);
        Assert.NotEqual(folder.Config.Layers[0].Rope!.Frequencies, RopeFrequencies.Plain(1_000_000, 32).Frequencies);
    }

    [Fact]
    public void Shards_and_split_files_are_read_as_one_model()
    {
        var model = TinyModel.Create(TinyArchitecture.Qwen2);
        model.WriteFolder(_folder.Path, shards: 3);

        using var folder = ModelFiles.Open(_folder.Path);
        using var gguf = ModelFiles.Open(model.WriteGguf(_folder.File("m.gguf"), splits: 3));

        AssertWeights(model, folder, offset: 0);
        AssertWeights(model, gguf, offset: 0);
    }

    [Fact]
    public void The_makers_defaults_of_sampling_are_read()
    {
        TinyModel.Create(TinyArchitecture.Qwen3).WriteFolder(_folder.Path);

        using var files = ModelFiles.Open(_folder.Path);

        Assert.Equal((0.6f, 0.95f, 20), (files.GenerationDefaults.Temperature, files.GenerationDefaults.TopP, files.GenerationDefaults.TopK));
    }

    [Fact]
    public void A_weight_of_an_unknown_type_is_an_error_for_who_needs_it_only()
    {
        var tensors = new TensorSet([], [], new Dictionary<string, string> { ["spare"] = "F8_E4M3" });

        Assert.Contains("F8_E4M3", Assert.Throws<ModelFormatException>(() => tensors.Find("spare")).Message, StringComparison.Ordinal);
        Assert.Null(tensors.Find("other"));
    }

    private static void AssertSame(ModelConfig folder, ModelConfig gguf)
    {
        // Norms of a Gemma GGUF have the 1 in them.
        Assert.Equal(folder with { Layers = [], NormWeightOffset = 0 }, gguf with { Layers = [] });
        foreach (var (one, other) in folder.Layers.Zip(gguf.Layers))
        {
            Assert.Equal(one.SlidingWindow, other.SlidingWindow);
            Assert.Equal(one.Rope is null, other.Rope is null);
            Assert.Equal(one.Rope?.Magnitude ?? 1, other.Rope?.Magnitude ?? 1, 1e-6);
            foreach (var (expected, frequency) in (one.Rope?.Frequencies ?? []).Zip(other.Rope?.Frequencies ?? [])) Assert.Equal(expected, frequency, expected * 1e-5);
        }
    }

    private static void AssertWeights(TinyModel model, ModelFiles files, float offset)
    {
        foreach (var tensor in model.Tensors)
        {
            var expected = offset != 0 && tensor.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? [.. tensor.Values.Select(value => value + offset)] : tensor.Values;
            Assert.Equal(expected, files.Tensors.Get(tensor.Name, tensor.Shape).ReadAll());
        }
    }
}
