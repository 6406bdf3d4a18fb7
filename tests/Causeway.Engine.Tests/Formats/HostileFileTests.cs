using Causeway.Engine.Formats;
using Causeway.Engine.Tokenizers;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Formats;

public sealed class HostileFileTests : IDisposable
{
    /// <summary>What reading a model may allocate at the most before it says no: the largest of them names 32 MB.</summary>
    private const long AllocationLimit = 48 << 20;

    private readonly TinyFolder _folder = new();

    public static TheoryData<string> Names => [.. HostileFiles.Names];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void A_hostile_model_is_refused_with_a_sentence_and_little_memory(string name)
    {
        var path = HostileFiles.Write(name, _folder);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<ModelFormatException>(() => ModelFiles.Open(path).Dispose());

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < AllocationLimit, name);
        Assert.InRange(error.Message.Length, 10, 1000);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_that_they_are_made_of_can_be_opened()
    {
        HostileFiles.Model.WriteFolder(_folder.Path);

        using var folder = ModelFiles.Open(_folder.Path);
        using var gguf = ModelFiles.Open(HostileFiles.Model.WriteGguf(_folder.File("m.gguf")));

        Assert.NotEmpty(folder.Tensors.All);
        Assert.NotEmpty(gguf.Tensors.All);
    }

    [Fact]
    public void A_model_behind_links_is_read_as_the_hub_s_cache_keeps_it()
    {
        using var snapshot = new TinyFolder();
        HostileFiles.Model.WriteFolder(_folder.Path);
        foreach (var file in Directory.GetFiles(_folder.Path)) File.CreateSymbolicLink(snapshot.File(Path.GetFileName(file)), file);

        using var files = ModelFiles.Open(snapshot.Path);

        Assert.NotEmpty(files.Tensors.All);
    }

    [Theory]
    [InlineData("m.gguf", 400)]
    [InlineData("model.safetensors", 400)]
    [InlineData("config.json", 200)]
    public void Mutated_files_are_read_or_refused_and_nothing_else(string file, int count)
    {
        HostileFiles.Model.WriteFolder(_folder.Path);
        HostileFiles.Model.WriteGguf(_folder.File("m.gguf"));
        var valid = File.ReadAllBytes(_folder.File(file));
        var refused = 0;
        for (var seed = 0; seed < count; seed++)
        {
            File.WriteAllBytes(_folder.File(file), Mutation.Of(valid, new Random(seed)));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var files = ModelFiles.Open(file == "m.gguf" ? _folder.File(file) : _folder.Path);
                foreach (var tensor in files.Tensors.All) tensor.ReadAll();
                Tokenizer.Create(files.Tokenizer);
            }
            catch (ModelFormatException)
            {
                refused++;
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < AllocationLimit, $"seed {seed}");
        }
        Assert.InRange(refused, count / 4, count);
    }
}
