using System.Text.Json;
using Causeway.Models;
using Causeway.Testing;
using Causeway.TinyModels;

namespace Causeway.Tests.Tuning;

public sealed class TuneCheckTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public TuneCheckTests()
    {
        TinyModel.Create(TinyArchitecture.Qwen3).WriteFolder(Directory.CreateDirectory(_folder.File("tiny")).FullName);
        new ModelStore(_folder.File("models")).Add(_folder.File("tiny"), "small");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_can_be_learnt_from_is_described()
    {
        var file = File("train.jsonl", [.. Enumerable.Range(0, 12).Select(i => Written.Chat($"q{i}", "a")), Written.Chat("q1", "a")]);

        var told = await Told.OfAsync("check", file, "--model", "small", "--models", _folder.File("models"));

        Assert.Equal((0, ""), (told.ExitCode, told.Errors));
        Assert.Matches("^examples      12, and 1 more that say the same as an earlier line\nversion       [0-9a-f]{64}\ntokens        [0-9]+ with tiny, [0-9]+ of them learnt\nan example    [0-9]+ to [0-9]+ tokens; half have", told.Output);
    }

    [Fact]
    public async Task Every_problem_is_told_with_its_line()
    {
        var told = await Told.OfAsync("check", File("train.jsonl", Written.Chat("a", "b"), "{}", "{"));

        Assert.Equal(1, told.ExitCode);
        Assert.Matches("^train.jsonl: line 2, /messages: is missing.*\ntrain.jsonl: line 3: is not JSON", told.Errors);
    }

    [Fact]
    public async Task A_leak_is_told_by_its_lines()
    {
        var train = File("train.jsonl", [.. Enumerable.Range(0, 10).Select(i => Written.Chat($"q{i}", "a"))]);

        var told = await Told.OfAsync("check", train, "--validation", File("valid.jsonl", Written.Chat("new", "a"), Written.Chat("q3", "b"), Written.Chat("q4", "b")));

        Assert.Equal(1, told.ExitCode);
        Assert.Equal("The validation file leaks: the prompts of its lines 2, 3 are learnt too. Take them out of one of the files.\n", told.Errors);
    }

    [Fact]
    public async Task What_the_model_cannot_read_is_a_problem_of_its_line()
    {
        var file = File("train.jsonl", [.. Enumerable.Range(0, 10).Select(i => Written.Chat($"q{i}", i == 4 ? string.Concat(Enumerable.Repeat("Zq", 4000)) : "a"))]);

        var told = await Told.OfAsync("check", file, "--model", _folder.File("tiny"));

        Assert.Equal(1, told.ExitCode);
        Assert.Matches("^train.jsonl: line 5: has [0-9]+ tokens for this model; 256 are taken", told.Errors);
    }

    [Fact]
    public async Task All_of_it_can_be_had_as_JSON()
    {
        var file = File("train.jsonl", [.. Enumerable.Range(0, 10).Select(i => Written.Preference($"q{i}", "yes", "no"))]);

        var told = await Told.OfAsync("check", file, "--method", "dpo", "--json", "--model", _folder.File("tiny"), "--validation", File("valid.jsonl", "[]"));

        using var json = JsonDocument.Parse(told.Output);
        Assert.Equal(1, told.ExitCode);
        Assert.False(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal(10, json.RootElement.GetProperty("training").GetProperty("examples").GetInt32());
        Assert.True(json.RootElement.GetProperty("training").GetProperty("tokens").GetProperty("learnt").GetInt32() >= 40);
        Assert.Equal(1, json.RootElement.GetProperty("problems")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told() => Assert.Equal(1, (await Told.OfAsync("check", _folder.File("none.jsonl"))).ExitCode);

    private string File(string name, params string[] lines)
    {
        System.IO.File.WriteAllLines(_folder.File(name), lines);
        return _folder.File(name);
    }
}
