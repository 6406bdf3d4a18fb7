using Causeway.Spec.Plans;
namespace Causeway.Gateway.Upstreams.Rehearsal;
internal sealed class RehearsalUpstream(string name, RehearsalPlan plan, TimeProvider time) : IUpstream
{
    public ValueTask<UpstreamReply> SendAsync(UpstreamCall call, CancellationToken cancel) => throw new NotSupportedException(name + plan + time);
    public IReadOnlyList<string> OwnModels => [];
    public void Dispose() { }
}
