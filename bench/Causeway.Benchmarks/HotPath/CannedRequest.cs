using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Benchmarks.HotPath;

/// <summary>A request that can be served again and again without a server: its body is read from memory, its answer goes nowhere.</summary>
internal sealed class CannedRequest : IRequestBodyPipeFeature, IHttpResponseBodyFeature
{
    private readonly BodyReader _reader;
    private readonly Sink _sink = new();
    private readonly HttpRequestFeature _request;

    public CannedRequest(byte[] body, string? authorization)
    {
        _reader = new BodyReader(body);
        _request = new HttpRequestFeature { Method = "POST", Path = "/v1/chat/completions", Protocol = "HTTP/1.1", Scheme = "http" };
        _request.Headers.Host = "localhost";
        _request.Headers.ContentType = "application/json";
        _request.Headers.ContentLength = body.Length;
        if (authorization is not null) _request.Headers.Authorization = authorization;
    }

    PipeReader IRequestBodyPipeFeature.Reader => _reader;
    Stream IHttpResponseBodyFeature.Stream => Stream.Null;
    PipeWriter IHttpResponseBodyFeature.Writer => _sink;

    /// <summary>A context for the next round. What it allocates is measured on its own and taken off.</summary>
    public HttpContext Next()
    {
        _reader.Rewind();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(_request);
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IRequestBodyPipeFeature>(this);
        features.Set<IHttpResponseBodyFeature>(this);
        return new DefaultHttpContext(features);
    }

    Task IHttpResponseBodyFeature.CompleteAsync() => Task.CompletedTask;
    void IHttpResponseBodyFeature.DisableBuffering() { }
    Task IHttpResponseBodyFeature.SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken) => throw new NotSupportedException();
    Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private sealed class BodyReader(byte[] body) : PipeReader
    {
        private bool _isRead;

        public void Rewind() => _isRead = false;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            new(new ReadResult(_isRead ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(body), isCanceled: false, isCompleted: true));

        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return false;
        }

        public override void AdvanceTo(SequencePosition consumed) => _isRead = true;
        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _isRead = true;
        public override void CancelPendingRead() { }
        public override void Complete(Exception? exception = null) { }
    }

    private sealed class Sink : PipeWriter
    {
        private readonly byte[] _room = new byte[1 << 20];

        public override void Advance(int bytes) { }
        public override Memory<byte> GetMemory(int sizeHint = 0) => _room;
        public override Span<byte> GetSpan(int sizeHint = 0) => _room;
        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;
        public override void CancelPendingFlush() { }
        public override void Complete(Exception? exception = null) { }
    }
}
