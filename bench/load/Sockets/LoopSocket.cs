using System.Net.Sockets;

namespace Causeway.Load.Sockets;

/// <summary>A non-blocking socket watched by an <see cref="EventLoop"/>. May be closed and opened again.</summary>
internal abstract class LoopSocket(EventLoop loop)
{
    private Socket? _socket;

    protected EventLoop Loop { get; } = loop;

    protected bool IsOpen => _socket is not null;

    protected Socket OpenSocket => _socket ?? throw new InvalidOperationException("The socket is closed.");

    /// <summary>Called on the loop's thread when bytes may be there (or the peer hung up) or may be sent again.</summary>
    public abstract void OnReady(bool readable, bool writable);

    protected void Open(Socket socket)
    {
        socket.NoDelay = true;
        socket.Blocking = false;
        _socket = socket;
        Loop.Add(socket, this);
    }

    protected void Close()
    {
        if (_socket is not { } socket)
            return;
        _socket = null;
        Loop.Remove(socket);
        socket.Dispose();
    }

    /// <summary>Bytes read; 0 when there is nothing now; -1 when the peer is gone.</summary>
    protected int Receive(Span<byte> buffer)
    {
        if (_socket is null)
            return -1;
        var count = _socket.Receive(buffer, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success when count > 0 => count,
            SocketError.WouldBlock => 0,
            _ => -1,
        };
    }

    /// <summary>Bytes taken by the kernel, fewer than given (or 0) when it is full; -1 when the peer is gone.</summary>
    protected int Send(ReadOnlySpan<byte> bytes)
    {
        if (_socket is null)
            return -1;
        var count = _socket.Send(bytes, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.WouldBlock => 0,
            _ => -1,
        };
    }
}
