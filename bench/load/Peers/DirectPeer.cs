namespace Causeway.Load.Peers;

/// <summary>No gateway: what everything else is compared with.</summary>
internal sealed class DirectPeer(Bench bench) : Peer(bench, "direct")
{
    public override string Description => "the mock itself, no gateway";

    protected override ChildProcess? Launch() => null;
}
