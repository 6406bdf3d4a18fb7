using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway;

/// <summary>A whole JSON answer made here: its length is known, and HEAD gets the head only.</summary>
public static class JsonAnswer
{
    public static async Task WriteAsync<T>(HttpContext http, int status, T state, Action<IBufferWriter<byte>, T> write)
    {
        var buffer = new RentedBuffer();
        try
        {
            write(buffer, state);
            var response = http.Response;
            response.StatusCode = status;
            response.ContentType = "application/json";
            response.ContentLength = buffer.Length;
            if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(buffer.Memory, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The caller has gone: nobody is left to tell.
        }
        finally
        {
            buffer.Release();
        }
    }
}
