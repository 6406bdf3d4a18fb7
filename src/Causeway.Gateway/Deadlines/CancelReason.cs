namespace Causeway.Gateway.Deadlines;

/// <summary>Why an exchange was told to stop. The first reason wins.</summary>
internal enum CancelReason
{
    None,
    ClientGone,
    /// <summary>The client stopped reading for longer than <c>limits.idle</c>.</summary>
    ClientStalled,
    /// <summary>No first event (or no answer at all) in time.</summary>
    FirstByte,
    /// <summary>Silence inside an answer for longer than <c>limits.idle</c>.</summary>
    Idle,
    /// <summary>No first event (or head of a whole answer) within the route's <c>retry.perAttempt</c>.</summary>
    Attempt,
    /// <summary>An operator switched the upstream off, requests in progress included; another may still answer.</summary>
    UpstreamKilled,
    /// <summary>An operator switched the route off, requests in progress included.</summary>
    RouteKilled,
    /// <summary><c>limits.total</c> is used up.</summary>
    Total,
    /// <summary>The process stops and the drain time is over.</summary>
    Shutdown,
}
