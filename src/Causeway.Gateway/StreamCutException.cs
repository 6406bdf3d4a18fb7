namespace Causeway.Gateway;

/// <summary>
/// Leaves the request handler after a stream was cut, so that the server closes the connection without the terminating chunk: a client
/// that overlooked the in-band error event (the .NET SDK does) still learns that the answer is not complete.
/// </summary>
internal sealed class StreamCutException() : IOException("The answer was cut; the caller has been told in-band.")
{
    public static void ThrowIf(bool isCut)
    {
        if (isCut) throw new StreamCutException();
    }
}
