using System.Net;
using System.Net.Sockets;
using Causeway.Load.Sockets;

namespace Causeway.Load.Mock;

/// <summary>An upstream that answers as fast as one thread can, so that what is measured is what stands before it.</summary>
internal sealed class MockServer : LoopSocket
{
    private const int Backlog = 4096;

    public MockServer(EventLoop loop, int port, MockScript script)
        : base(loop)
    {
        Script = script;
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(Backlog);
        Open(listener);
    }

    /// <summary>What new requests are answered with; may be replaced while streams are open.</summary>
    public MockScript Script { get; private set; }

    public MockStats Stats { get; } = new();

    public int Port => OpenSocket.LocalEndPoint is IPEndPoint address ? address.Port : 0;

    /// <summary>The verb `mock`: serves until the process is asked to end.</summary>
    public static int Serve(int port, MockScript script, bool polls)
    {
        using var loop = new EventLoop(polls);
        var server = new MockServer(loop, port, script);
        using var signals = new StopSignals(loop.Stop);
        Console.WriteLine($"mock: http://127.0.0.1:{server.Port}/v1 ({script.Tokens} tokens, pace {script.Pace.TotalMilliseconds} ms, {script.BodyBytes}-byte bodies)");
        loop.Run();
        Console.WriteLine(server.Stats.ToJson());
        return 0;
    }

    public override void OnReady(bool readable, bool writable)
    {
        while (OpenSocket.Poll(0, SelectMode.SelectRead))
        {
            Stats.Connections++;
            Stats.OpenConnections++;
            _ = new MockConnection(Loop, OpenSocket.Accept(), this);
        }
    }

    /// <summary>Applies `tokens=64&amp;pace=20ms&amp;body=1KB`, any subset; false when it cannot be understood.</summary>
    public bool TryChangeScript(string query)
    {
        try
        {
            var options = Arguments.Parse([.. query.Split('&').Select(pair => "--" + pair)]);
            Script = new MockScript(
                options.Integer("tokens", Script.Tokens), options.Duration("pace", Script.Pace), options.Size("body", Script.BodyBytes));
            options.RejectUnknown();
            return true;
        }
        catch (UsageException)
        {
            return false;
        }
    }
}
