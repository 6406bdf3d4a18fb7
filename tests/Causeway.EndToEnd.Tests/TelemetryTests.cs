using Causeway.Testing;

namespace Causeway.EndToEnd.Tests;

public sealed class TelemetryTests
{
    private const string Caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public async Task Spans_reach_a_collector_as_the_standard_variables_say()
    {
        using var folder = new TempFolder();
        await using var collector = FakeUpstream.Json("");
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path, environment: new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{collector.Port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
        });
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(TestGateway.Chat("rehearsal")) };
        request.Headers.Add("traceparent", Caller);
        using var answer = await http.SendAsync(request);

        program.Terminate();
        Assert.Equal(0, await program.ExitAsync());

        var exports = collector.Requests.Where(export => export.Head.StartsWith("POST /v1/traces ", StringComparison.Ordinal)).Select(export => export.BodyBytes).ToList();
        var spans = exports.SelectMany(OtlpSpan.ReadAll).ToList();
        var exchange = Assert.Single(spans, span => span.Name == "POST /v1/chat/completions");
        var attempt = Assert.Single(spans, span => span.Name.StartsWith("chat ", StringComparison.Ordinal));
        Assert.Equal(("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"), (exchange.TraceId, exchange.ParentId));
        Assert.Equal((exchange.TraceId, exchange.SpanId), (attempt.TraceId, attempt.ParentId));
        Assert.Equal(answer.Headers.GetValues("x-causeway-request-id").Single(), exchange.Attributes["causeway.request.id"]);
        Assert.Equal("200", exchange.Attributes["http.response.status_code"]);
        Assert.Equal("chat", attempt.Attributes["gen_ai.operation.name"]);
        var resource = OtlpSpan.Resource(exports[0]);
        Assert.Equal(("causeway", "test"), (resource["service.name"], resource["deployment.environment.name"]));
        Assert.Contains(collector.Requests, export => export.Head.StartsWith("POST /v1/metrics ", StringComparison.Ordinal) && Contains(export.BodyBytes, "causeway.exchange.duration"u8));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_harms_nobody()
    {
        using var folder = new TempFolder();
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path, environment: new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "500",
        });
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };

        using var answer = await http.PostAsync("/v1/chat/completions", TestGateway.Json(TestGateway.Chat("rehearsal")));

        Assert.True(answer.IsSuccessStatusCode);
        program.Terminate();
        Assert.Equal(0, await program.ExitAsync());
        Assert.DoesNotContain("   at ", program.Errors, StringComparison.Ordinal);
    }

    private static bool Contains(byte[] bytes, ReadOnlySpan<byte> text) => bytes.AsSpan().IndexOf(text) >= 0;
}
