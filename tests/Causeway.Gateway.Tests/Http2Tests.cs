using Causeway.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Causeway.Gateway.Tests;

/// <summary>Upstreams that are real servers: h2 in clear text, and TLS.</summary>
public sealed class Http2Tests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upstream_can_be_spoken_to_in_h2(bool stream)
    {
        await using var upstream = await TlsUpstream.StartAsync(Wires.Completion, Wires.Stream, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams: { h2: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}", http: "2" } }
            routes: { all: { match: { model: "*" }, targets: [ { upstream: h2 } ] } }
            """);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.SendAsync(TestGateway.Chat(stream: stream))));

        foreach (var answer in answers)
        {
            Assert.Equal(stream ? Wires.StreamWithoutUsage : Wires.Completion, await answer.Content.ReadAsStringAsync());
            Assert.Equal("HTTP/2", answer.Headers.GetValues("openai-version").Single());
            answer.Dispose();
        }
    }

    [Fact]
    public async Task A_certificate_nobody_vouches_for_is_an_unreachable_upstream()
    {
        using var certificate = TlsUpstream.SelfSigned();
        await using var upstream = await TlsUpstream.StartAsync(Wires.Completion, Wires.Stream, endpoint => endpoint.UseHttps(certificate));
        await using var gateway = await TestGateway.StartAsync(TestGateway.SpecFor(upstream.BaseUrl));

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_unreachable");
    }
}
