using Causeway.Models;
using Causeway.Testing;

namespace Causeway.Tests.Models;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_store_that_is_not_there_is_empty() => Assert.Empty(Store.List());

    [Fact]
    public void A_model_is_kept_by_its_path_and_its_files_stay_when_it_goes()
    {
        var folder = NewModel("mine");

        Store.Add(folder, "small");
        var found = Store.Find("small");
        Store.Remove("small");

        Assert.Equal((folder, false), (found?.Path, found?.IsOwned));
        Assert.True(File.Exists(Path.Combine(folder, "config.json")));
        Assert.Empty(Store.List());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("a:b")]
    public void A_name_that_could_lead_elsewhere_is_none(string name)
    {
        Assert.Contains("is no name for a model", Assert.Throws<ModelStoreException>(() => Store.Add(NewModel("mine"), name)).Message, StringComparison.Ordinal);
        Assert.Null(Store.Find(name));
    }

    [Fact]
    public void What_is_no_model_is_not_added() =>
        Assert.Contains("is no model", Assert.Throws<ModelStoreException>(() => Store.Add(_folder.Path, "x")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_adapter_is_asked_for_behind_a_colon()
    {
        Store.Add(NewModel("mine"), "small");
        var adapter = Directory.CreateDirectory(_folder.File("sql")).FullName;
        File.WriteAllText(Path.Combine(adapter, "adapter_config.json"), "{}");

        Store.AddAdapter(adapter, "small", "sql");

        Assert.Equal(("small", "sql", adapter), (Store.Resolve("small:sql", false)?.Entry.Name, Store.Resolve("small:sql", false)?.Adapter, Store.Resolve("small:sql", false)?.AdapterPath));
        Assert.Null(Store.Resolve("small:other", false));
        Assert.Equal("the model is there but has no adapter 'other'", Store.Missing("small:other"));
        Assert.Null(Store.Missing("small:sql"));
    }

    [Fact]
    public void Only_the_operator_names_a_path()
    {
        var folder = NewModel("mine");

        Assert.Equal(folder, Store.Resolve(folder, mayBePath: true)?.Entry.Path);
        Assert.Null(Store.Resolve(folder, mayBePath: false));
        Assert.Equal("there is nothing at this path", Store.Missing("/nowhere/at/all"));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"path":7}""")]
    public void An_entry_that_cannot_be_read_is_left_out(string json)
    {
        Directory.CreateDirectory(Path.Combine(Store.Folder, "odd"));
        File.WriteAllText(Path.Combine(Store.Folder, "odd", "model.json"), json);

        Assert.Empty(Store.List());
        Assert.Null(Store.Find("odd"));
    }

    [Theory]
    [InlineData("small", "small", null)]
    [InlineData("small:sql", "small", "sql")]
    [InlineData("/a:b/c", "/a:b/c", null)]
    [InlineData("/a:b/c:d", "/a:b/c", "d")]
    [InlineData("C:model", "C:model", null)]
    [InlineData("small:", "small:", null)]
    public void A_name_is_taken_apart_at_its_last_colon(string text, string model, string? adapter) => Assert.Equal((model, adapter), ModelName.Split(text));

    [Theory]
    [InlineData("HuggingFaceTB/SmolLM2-135M-Instruct", "smollm2-135m-instruct")]
    [InlineData("Qwen/Qwen3-0.6B-GGUF", "qwen3-0.6b")]
    [InlineData("/srv/models/a.gguf", "a")]
    [InlineData("/srv/models/b/", "b")]
    public void A_name_is_made_of_the_last_part(string from, string name)
    {
        Assert.True(ModelName.TryDerive(from, out var derived));
        Assert.Equal(name, derived);
    }

    private ModelStore Store => new(_folder.File("models"));

    private string NewModel(string name)
    {
        var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
        return folder;
    }
}
