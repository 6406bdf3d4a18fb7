using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Causeway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
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
        await using var upstream = await ServerAsync(endpoint => endpoint.Protocols = HttpProtocols.Http2);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams: { h2: { type: openai-compatible, baseUrl: "{{upstream.Urls.First()}}/v1", http: "2" } }
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
        using var certificate = SelfSigned();
        await using var upstream = await ServerAsync(endpoint => endpoint.UseHttps(certificate));
        await using var gateway = await TestGateway.StartAsync(TestGateway.SpecFor(upstream.Urls.First() + "/v1"));

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_unreachable");
    }

    internal static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90));
    }

    private static async Task<WebApplication> ServerAsync(Action<ListenOptions> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, configure));
        var server = builder.Build();
        server.Run(AnswerAsync);
        await server.StartAsync();
        return server;
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        var stream = (await body.ReadToEndAsync()).Contains("\"stream\":true", StringComparison.Ordinal);
        http.Response.Headers["openai-version"] = http.Request.Protocol;
        http.Response.ContentType = stream ? "text/event-stream" : "application/json";
        await http.Response.WriteAsync(stream ? Wires.Stream : Wires.Completion);
    }
}
