using System.Text.Json.Nodes;
using Causeway.Engine.Formats;
using Causeway.Models;
using Causeway.Testing;
using Causeway.TinyModels;

namespace Causeway.Tests.Tuning;

public sealed class TuneExportTests : IDisposable
{
    private static readonly TinyModel _model = TinyModel.Create(TinyArchitecture.Qwen3);

    private readonly TempFolder _folder = new();

    public TuneExportTests()
    {
        _model.WriteFolder(Directory.CreateDirectory(_folder.File("tiny")).FullName);
        TinyAdapter.Create(_model).WriteFolder(_folder.File("adapter"));
        Store.Add(_folder.File("tiny"), "small");
        Store.AddAdapter(_folder.File("adapter"), "small", "support");
    }

    private ModelStore Store => new(_folder.File("models"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_adapter_is_exported_as_it_is()
    {
        var told = await ExportAsync("small:support", "out", "peft");

        Assert.Equal(0, told.ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder.File("adapter/adapter_model.safetensors")), File.ReadAllBytes(_folder.File("out/adapter_model.safetensors")));
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"], Directory.GetFiles(_folder.File("out")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_merged_folder_is_a_model_of_its_own()
    {
        var told = await ExportAsync("small:support", "out", "safetensors", "--type", "f16");

        Assert.Equal((0, ""), (told.ExitCode, told.Errors));
        using var files = ModelFiles.Open(_folder.File("out"));
        Assert.All(files.Tensors.All, tensor => Assert.Equal(TensorType.F16, tensor.Type));
        Assert.NotNull(files.ChatTemplate);
        Assert.Equal("float16", JsonNode.Parse(File.ReadAllText(_folder.File("out/config.json")))!["torch_dtype"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_GGUF_file_is_called_by_what_it_holds_when_it_goes_into_a_folder()
    {
        var told = await ExportAsync("small:support", "out", "gguf", "--type", "q8_0");

        Assert.Equal(0, told.ExitCode);
        using var files = ModelFiles.Open(_folder.File("out/small-support-q8_0.gguf"));
        Assert.Equal("small-support", files.Name);
        Assert.Contains(files.Tensors.All, tensor => tensor.Type == TensorType.Q8_0);
    }

    [Fact]
    public async Task The_folder_of_an_adapter_needs_its_base()
    {
        Assert.Contains("name the model with --base", (await ExportAsync(_folder.File("adapter"), "out.gguf", "gguf")).Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await ExportAsync(_folder.File("adapter"), "out.gguf", "gguf", "--base", "small")).ExitCode);
    }

    [Fact]
    public async Task What_a_job_made_is_found_by_the_job()
    {
        Store.AddAdapter(_folder.File("adapter"), "small", "support-0123abcd");

        Assert.Equal(0, (await ExportAsync("ftjob-99990123abcd", "out", "peft")).ExitCode);
        Assert.Contains("has no adapter of the job", (await ExportAsync("ftjob-999901234567", "other", "peft")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_already_is_not_written_over()
    {
        File.WriteAllText(_folder.File("out.gguf"), "precious");

        var told = await ExportAsync("small", "out.gguf", "gguf");

        Assert.Equal(1, told.ExitCode);
        Assert.Contains("is there already", told.Errors, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(_folder.File("out.gguf")));
    }

    [Theory]
    [InlineData("small", "peft", "bf16", 1, "has no adapter, and peft is a format of adapters")]
    [InlineData("none", "gguf", "bf16", 1, "No model 'none'")]
    [InlineData("small", "safetensors", "q8_0", 2, "safetensors has no q8_0")]
    public async Task What_cannot_be_exported_is_said(string what, string format, string type, int code, string message)
    {
        var told = await ExportAsync(what, "out", format, "--type", type);

        Assert.Equal(code, told.ExitCode);
        Assert.Contains(message, told.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_leaves_nothing()
    {
        File.WriteAllText(_folder.File("file"), "no folder");

        var told = await ExportAsync("small:support", "file/out", "safetensors");

        Assert.Equal(1, told.ExitCode);
        Assert.Contains("could not be written", told.Errors, StringComparison.Ordinal);
        Assert.Contains("Nothing is left of it", told.Errors, StringComparison.Ordinal);
    }

    private Task<Told> ExportAsync(string what, string to, string format, params string[] more) =>
        Told.OfAsync(["export", what, "--to", _folder.File(to), "--format", format, "--models", _folder.File("models"), .. more]);
}
