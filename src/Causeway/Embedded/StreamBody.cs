using System.Buffers;
using System.Threading.Channels;
using Causeway.Engine.Tokenizers;
using Causeway.Gateway.Upstreams;

namespace Causeway.Embedded;

/// <summary>The events of an answer, written when they are read. One reader.</summary>
internal sealed class StreamBody(AnswerRun run, AnswerHead head, ChatAsk ask, Tokenizer tokenizer) : BodyStream
{
    private readonly ArrayBufferWriter<byte> _written = new(1024);
    private ChunkJson? _chunks;
    private int _read;
    private bool _isOver;
    private bool _isDisposed;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        while (_read == _written.WrittenCount && !_isOver) await FillAsync(cancellationToken).ConfigureAwait(false);
        var length = Math.Min(buffer.Length, _written.WrittenCount - _read);
        _written.WrittenSpan.Slice(_read, length).CopyTo(buffer.Span);
        _read += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _chunks?.Dispose();
            // The model stops within a token; nobody needs to wait for that.
            _ = run.DisposeAsync().AsTask();
        }
        base.Dispose(disposing);
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        _written.ResetWrittenCount();
        _read = 0;
        _chunks ??= new ChunkJson(head, ask, tokenizer, _written);
        try
        {
            if (await run.Deltas.WaitToReadAsync(cancel).ConfigureAwait(false))
            {
                while (run.Deltas.TryRead(out var delta)) _chunks.Write(delta);
                return;
            }
        }
        catch (ChannelClosedException e) when (e.InnerException is IOException broken)
        {
            throw broken;
        }
        _chunks.WriteEnd(run.Usage);
        _isOver = true;
    }
}
