using Causeway.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Causeway.EndToEnd.Tests;

public sealed class TlsTests
{
    private const string Completion = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"over TLS"},"finish_reason":"stop"}]}""";

    [Theory]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2")]
    public async Task An_upstream_behind_TLS_is_spoken_to_in_what_it_offers(HttpProtocols offered, string spoken)
    {
        using var folder = new TempFolder();
        using var certificate = TlsUpstream.SelfSigned();
        await File.WriteAllTextAsync(folder.File("trusted.pem"), certificate.ExportCertificatePem());
        await using var upstream = await TlsUpstream.StartAsync(Completion, "", endpoint =>
        {
            endpoint.Protocols = offered;
            endpoint.UseHttps(certificate);
        });
        await File.WriteAllTextAsync(folder.File("causeway.yaml"), "apiVersion: causeway/v1\n" + TestGateway.SpecFor(upstream.BaseUrl));
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path, environment: new Dictionary<string, string> { ["SSL_CERT_FILE"] = folder.File("trusted.pem") });
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };

        using var answer = await http.PostAsync("/v1/chat/completions", TestGateway.Json(TestGateway.Chat()));

        Assert.Equal(Completion, await answer.Content.ReadAsStringAsync());
        Assert.Equal(spoken, answer.Headers.GetValues("openai-version").Single());
    }
}
