using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.Testing;

/// <summary>
/// An upstream that does exactly what a test scripts, byte by byte, over a real socket: answers in odd pieces, breaks off, hangs, lies.
/// Each request is read whole and given to the script; afterwards the connection is kept or closed as the script left it.
/// </summary>
public sealed class FakeUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<FakeExchange, Task> _script;
    private readonly Task _accepting;

    public FakeUpstream(Func<FakeExchange, Task> script)
    {
        _script = script;
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    /// <summary>An upstream that always answers the same complete JSON.</summary>
    public static FakeUpstream Json(string body, int status = 200, string? extraHead = null) =>
        new(exchange => exchange.AnswerAsync(status, "application/json", body, extraHead));

    /// <summary>An upstream that always answers the same event stream, in good order.</summary>
    public static FakeUpstream Events(string events) => new(async exchange =>
    {
        await exchange.StartEventsAsync();
        await exchange.ChunkAsync(events);
        await exchange.EndChunksAsync();
    });

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    public string BaseUrl => $"http://127.0.0.1:{Port}/v1";

    /// <summary>Every request that arrived whole, in order of arrival.</summary>
    public ConcurrentQueue<FakeExchange> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Before it stops listening: between two connections it would ask a listener that does not listen.
        await _accepting;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        using var owned = socket;
        using var stream = new NetworkStream(socket);
        try
        {
            while (await FakeExchange.ReadAsync(socket, stream, _stop.Token) is { } exchange)
            {
                Requests.Enqueue(exchange);
                await _script(exchange);
                if (exchange.IsClosed) return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The gateway hung up, or the test is over.
        }
    }
}

/// <summary>One request as it arrived, and the raw means to answer it.</summary>
public sealed class FakeExchange
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FakeExchange(Socket socket, NetworkStream stream, string head, byte[] body, CancellationToken stopped)
    {
        (_socket, _stream, Head, BodyBytes, Stopped) = (socket, stream, head, body, stopped);
    }

    /// <summary>Request line and headers, as sent.</summary>
    public string Head { get; }
    public byte[] BodyBytes { get; }
    public string Body => Encoding.UTF8.GetString(BodyBytes);
    public bool IsClosed { get; private set; }

    /// <summary>Cancelled when the test ends.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>Completes when the gateway was seen to hang up (see <see cref="UntilHangUpAsync"/>).</summary>
    public Task Aborted => _aborted.Task;

    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();

    public Task RawAsync(string text) => RawAsync(Encoding.UTF8.GetBytes(text));

    public async Task RawAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, Stopped);

    public Task AnswerAsync(int status, string contentType, string body, string? extraHead = null) => RawAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status} X\r\nContent-Type: {contentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{extraHead}\r\n{body}"));

    public Task StartEventsAsync(string contentType = "text/event-stream") =>
        RawAsync($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nTransfer-Encoding: chunked\r\n\r\n");

    public Task ChunkAsync(string text) => ChunkAsync(Encoding.UTF8.GetBytes(text));

    public async Task ChunkAsync(ReadOnlyMemory<byte> bytes)
    {
        byte[] framed = [.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes.Span, .. "\r\n"u8];
        await RawAsync(framed);
    }

    public Task EndChunksAsync() => RawAsync("0\r\n\r\n");

    /// <summary>Closes in good order.</summary>
    public void Close()
    {
        IsClosed = true;
        _socket.Shutdown(SocketShutdown.Both);
        _socket.Close();
    }

    /// <summary>Sends no more, but keeps reading.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Sends RST.</summary>
    public void Reset()
    {
        IsClosed = true;
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Waits until the gateway closes its side.</summary>
    public async Task UntilHangUpAsync()
    {
        var one = new byte[1];
        try
        {
            while (await _stream.ReadAsync(one, Stopped) > 0) { }
        }
        catch (IOException)
        {
            // Reset counts as hanging up.
        }
        IsClosed = true;
        _aborted.TrySetResult();
    }

    internal static async Task<FakeExchange?> ReadAsync(Socket socket, NetworkStream stream, CancellationToken stopped)
    {
        var head = await ReadHeadAsync(stream, stopped);
        if (head is null) return null;
        var length = head.Split("\r\n").Where(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(l => int.Parse(l["Content-Length:".Length..], CultureInfo.InvariantCulture)).FirstOrDefault();
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, stopped);
        return new FakeExchange(socket, stream, head, body, stopped);
    }

    private static async Task<string?> ReadHeadAsync(NetworkStream stream, CancellationToken stopped)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stopped) > 0)
        {
            head.Add(one[0]);
            if (head.Count >= 4 && head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray())) return Encoding.Latin1.GetString([.. head]);
        }
        return null;
    }
}
