using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Causeway.Testing;

/// <summary>An upstream behind a real HTTP server: what a raw socket cannot play, TLS and h2. Says in <c>openai-version</c> which protocol it was spoken to in.</summary>
public sealed class TlsUpstream : IAsyncDisposable
{
    private readonly WebApplication _server;

    private TlsUpstream(WebApplication server) => _server = server;

    public string BaseUrl => _server.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/v1";

    /// <summary>Always answers <paramref name="completion"/>, or <paramref name="events"/> when a stream is asked for.</summary>
    public static async Task<TlsUpstream> StartAsync(string completion, string events, Action<ListenOptions> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, configure));
        var server = builder.Build();
        server.Run(http => AnswerAsync(http, completion, events));
        await server.StartAsync();
        return new TlsUpstream(server);
    }

    /// <summary>A certificate for <c>localhost</c> that vouches for itself.</summary>
    public static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task AnswerAsync(HttpContext http, string completion, string events)
    {
        using var body = new StreamReader(http.Request.Body);
        var stream = (await body.ReadToEndAsync()).Contains("\"stream\":true", StringComparison.Ordinal);
        http.Response.Headers["openai-version"] = http.Request.Protocol;
        http.Response.ContentType = stream ? "text/event-stream" : "application/json";
        await http.Response.WriteAsync(stream ? events : completion);
    }
}
