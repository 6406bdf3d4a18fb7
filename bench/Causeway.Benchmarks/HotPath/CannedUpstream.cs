using System.Text;
using Causeway.Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Causeway.Benchmarks.HotPath;

/// <summary>Answers from memory, at once: what is left of a request's cost is the gateway's own.</summary>
internal sealed class CannedUpstream : IUpstream
{
    public const int Events = 64;

    private static readonly byte[] _whole = Encoding.UTF8.GetBytes(
        """{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"TEXT"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":200,"total_tokens":209}}"""
            .Replace("TEXT", new string('x', 800), StringComparison.Ordinal));

    private static readonly byte[] _stream = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, Events).Select(i => Chunk($$"""[{"index":0,"delta":{"content":" word{{i}}"},"finish_reason":null}]""")))
        + Chunk("""[{"index":0,"delta":{},"finish_reason":"stop"}]""")
        + Chunk("[]", ",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":64,\"total_tokens\":73}")
        + "data: [DONE]\n\n");

    private readonly Reply _wholeReply = new("application/json", _whole, int.MaxValue);
    private readonly Reply _streamReply = new("text/event-stream", _stream, 600);

    public IReadOnlyList<string> OwnModels => [];

    public ValueTask<UpstreamReply> SendAsync(UpstreamCall call, CancellationToken cancel)
    {
        var reply = call.Stream ? _streamReply : _wholeReply;
        reply.Rewind();
        return new ValueTask<UpstreamReply>(reply);
    }

    public void Dispose()
    {
    }

    private static string Chunk(string choices, string more = "") =>
        $$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o","system_fingerprint":"fp_1","choices":{{choices}}{{more}}}""" + "\n\n";

    private sealed class Reply : UpstreamReply
    {
        private readonly Pieces _body;

        public Reply(string mediaType, byte[] bytes, int pieceSize)
        {
            Status = 200;
            MediaType = mediaType;
            _body = new Pieces(bytes, pieceSize);
        }

        public override Stream Body => _body;

        public void Rewind() => _body.Position = 0;

        public override string? Header(string name) => null;

        public override void PassHeaders(IHeaderDictionary to)
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    /// <summary>Gives a few hundred bytes a read, as sockets do.</summary>
    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(size, buffer.Length)]));
    }
}
