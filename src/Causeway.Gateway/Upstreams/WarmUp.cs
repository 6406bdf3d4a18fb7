namespace Causeway.Gateway.Upstreams;

/// <summary>Opens connections by sending cheap requests all at once: each finds an idle connection or opens one.</summary>
internal static class WarmUp
{
    private const int MaxBody = 1 << 20;

    /// <summary>Whether every one of them got an answer, whatever it said: a 401 came over a connection too.</summary>
    public static async ValueTask<bool> AllAsync(int connections, HttpMessageInvoker http, Func<HttpRequestMessage> create, CancellationToken cancel)
    {
        var pings = new Task<bool>[connections];
        for (var i = 0; i < pings.Length; i++) pings[i] = PingAsync(http, create(), cancel);
        return (await Task.WhenAll(pings)).All(isThere => isThere);
    }

    private static async Task<bool> PingAsync(HttpMessageInvoker http, HttpRequestMessage request, CancellationToken cancel)
    {
        using (request)
        {
            try
            {
                using var response = await http.SendAsync(request, cancel);
                // A body that is not read to its end would close the connection.
                await using var body = await response.Content.ReadAsStreamAsync(cancel);
                var buffer = new byte[4096];
                for (var total = 0; total < MaxBody; )
                {
                    var read = await body.ReadAsync(buffer, cancel);
                    if (read == 0) break;
                    total += read;
                }
                return true;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                return false;
            }
        }
    }
}
