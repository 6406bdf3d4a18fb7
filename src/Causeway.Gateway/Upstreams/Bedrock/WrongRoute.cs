using System.Text;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>Tells "this model does not answer here" from every other refusal, also where it is disguised as a matter of the account.</summary>
internal static class WrongRoute
{
    private const int MaxBytes = 64 << 10;

    /// <summary>The reply to go on with, its body read if that was needed, and whether it says that the route is wrong.</summary>
    public static async ValueTask<(UpstreamReply Reply, bool IsWrong)> JudgeAsync(UpstreamReply reply, CancellationToken cancel)
    {
        if (reply.Status is not (400 or 401 or 403 or 404)) return (reply, false);
        try
        {
            var body = await ReadAsync(reply.Body, cancel);
            return (new BufferedReply(reply, body), Says(reply.Status, Encoding.UTF8.GetString(body)));
        }
        catch
        {
            reply.Dispose();
            throw;
        }
    }

    /// <summary>From the words, because no code of Bedrock's means it.</summary>
    public static bool Says(int status, string body) => status switch
    {
        400 => Has(body, "supported on this route") || (Has(body, "does not support the '") && Has(body, "' API")),
        401 or 403 => Has(body, "is not enabled for this account"),
        404 => Has(body, "does not exist") || Has(body, "UnknownOperation") || Has(body, "model_not_found"),
        _ => false,
    };

    private static bool Has(string body, string words) => body.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static async ValueTask<byte[]> ReadAsync(Stream body, CancellationToken cancel)
    {
        var buffer = new byte[MaxBytes];
        var length = 0;
        try
        {
            while (length < MaxBytes && await body.ReadAsync(buffer.AsMemory(length), cancel) is > 0 and var read) length += read;
        }
        catch (IOException)
        {
            // What came is enough to judge by.
        }
        return buffer[..length];
    }
}
