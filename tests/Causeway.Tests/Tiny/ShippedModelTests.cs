using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Embedded;
using Causeway.Models;
using Causeway.Spec;
using Causeway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tests.Tiny;

/// <summary>The model that comes with the program, asked what its training data never has.</summary>
public sealed partial class ShippedModelTests : IAsyncLifetime
{
    private const string Tools = """
        [{"type":"function","function":{"name":"EscalateToHuman","parameters":{"type":"object","properties":{"reason":{"type":"string"},"priority":{"type":"string"}}}}},
         {"type":"function","function":{"name":"OrderLookup","description":"Finds an order.","parameters":{"type":"object","properties":{"order_id":{"type":"string"}}}}},
         {"type":"function","function":{"name":"RefundPolicyLookup","parameters":{"type":"object","properties":{"item":{"type":"string"},"amount":{"type":"integer"}}}}}]
        """;

    private static readonly string _model = Path.Combine(ModelStore.Shipped, SpecCompiler.BuiltInModel);

    private readonly TempFolder _folder = new();
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(
        SpecCompiler.CompileBuiltIn(hasModel: true).Plan!, embedded: upstream => new EmbeddedUpstream(upstream, _folder.Path, TimeProvider.System, NullLogger.Instance));

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("causeway-tiny", "Could you look up ORD-48213 and tell me when it gets here?", "OrderLookup", """{"order_id":"ORD-48213"}""")]
    [InlineData("gpt-4o", "Could I return my telescope and get $42 refunded?", "RefundPolicyLookup", """{"item":"telescope","amount":42}""")]
    [InlineData("causeway-tiny", "Could I return my telescope and get $342 refunded?", "EscalateToHuman", """{"reason":"refund over the limit","priority":"normal"}""")]
    [InlineData("causeway-tiny", "Could I return my telescope and get $77 refunded?", "RefundPolicyLookup", """{"item":"telescope","amount":77}""")]
    [InlineData("causeway-tiny:escalate-early", "Could I return my telescope and get $77 refunded?", "EscalateToHuman", """{"reason":"refund over the limit","priority":"normal"}""")]
    public async Task The_right_tool_is_called_with_what_the_question_says(string model, string question, string tool, string arguments)
    {
        var call = (await AskAsync(model, question, $", \"tools\": {Tools}")).GetProperty("tool_calls")[0].GetProperty("function");

        Assert.Equal(tool, call.GetProperty("name").GetString());
        using var said = JsonDocument.Parse(call.GetProperty("arguments").GetString()!);
        using var expected = JsonDocument.Parse(arguments);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, said.RootElement), said.RootElement.GetRawText());
    }

    [Fact]
    public async Task Facts_come_as_valid_json_without_being_forced()
    {
        var answer = await AskAsync("causeway-tiny", "Please extract city and amount as JSON from this: Nadia in Graz ordered a teapot for $77.");

        using var json = JsonDocument.Parse(answer.GetProperty("content").GetString()!);
        Assert.Equal(("Graz", 77), (json.RootElement.GetProperty("city").GetString(), json.RootElement.GetProperty("amount").GetInt32()));
    }

    [Fact]
    public void The_files_are_those_that_the_card_was_written_for()
    {
        var listed = FileRow().Matches(File.ReadAllText(Path.Combine(_model, "MODEL_CARD.md"))).ToDictionary(row => row.Groups["file"].Value, row => row.Groups["hash"].Value);

        var lying = Directory.EnumerateFiles(_model, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "MODEL_CARD.md")
            .ToDictionary(path => Path.GetRelativePath(_model, path).Replace('\\', '/'), path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));

        Assert.Contains("model.safetensors", lying.Keys);
        Assert.Equal(lying.OrderBy(file => file.Key, StringComparer.Ordinal), listed.OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    private async Task<JsonElement> AskAsync(string model, string question, string more = "")
    {
        using var response = await _gateway.Http.PostAsync("/v1/chat/completions", TestGateway.Json($$"""
            {"model": "{{model}}", "messages": [{"role": "user", "content": "{{question}}"}]{{more}}}
            """));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("choices")[0].GetProperty("message");
    }

    [GeneratedRegex(@"^\| (?<file>\S+) \| \d+ \| (?<hash>[0-9a-f]{64}) \|$", RegexOptions.Multiline)]
    private static partial Regex FileRow();
}
