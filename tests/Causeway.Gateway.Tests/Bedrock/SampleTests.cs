using System.Text.Json;
using Causeway.Spec;
using Causeway.Testing;
using Causeway.Testing.Bedrock;

namespace Causeway.Gateway.Tests.Bedrock;

/// <summary>samples/bedrock does what its page says, in front of the stand-in.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task The_sample_answers_for_each_of_its_models_and_goes_to_the_next_Region_when_one_is_full()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        var spec = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples/bedrock/causeway.yaml")))
            .Replace("# endpoint: http://127.0.0.1:9000", "endpoint: " + bedrock.EndpointByRegion, StringComparison.Ordinal);
        await using var gateway = await TestGateway.StartAsync(SpecCompiler.Compile("causeway.yaml", spec, _ => BedrockStandIn.ApiKey).Plan!);
        bedrock.ScriptRegion("us-east-1", StandInTurn.NoCapacity());

        foreach (var (asked, served) in new[] { ("gpt-4o", "minimax.minimax-m2.1"), ("gpt-4.1-mini", "qwen.qwen3-coder-next") })
        {
            using var answer = await gateway.SendAsync(TestGateway.Chat(asked));
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Contains(served, json.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(["us-east-1", "us-west-2", "us-east-1"], bedrock.Requests.Select(request => request.Region));
    }
}
