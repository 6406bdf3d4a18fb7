using Causeway.Gateway.Upstreams;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>An edited event stream as the body of a reply.</summary>
internal sealed class EditedStream(EditedEvents events) : BodyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await events.FillAsync(cancellationToken) ? Drain(events.Out, buffer) : 0;

    protected override void Dispose(bool disposing)
    {
        events.Release();
        base.Dispose(disposing);
    }
}
