namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Two reference peers with an open connection over loopback.</summary>
internal sealed record ReferencePeerPair(ReferencePeer Initiator, ReferencePeer Responder) : IDisposable
{
    /// <summary>Connects them and leaves the handshake to the caller.</summary>
    public static async Task<ReferencePeerPair> ConnectAsync(
        ReferencePeerOptions initiator, ReferencePeerOptions responder, CancellationToken cancellationToken)
    {
        using var listener = ReferencePeer.Listen(responder);
        var dialled = await ReferencePeer.DialAsync(listener.EndPoint, initiator, cancellationToken);
        return new ReferencePeerPair(dialled, await listener.AcceptAsync(cancellationToken));
    }

    /// <summary>Connects them and takes both to Ready.</summary>
    public static async Task<ReferencePeerPair> OpenAsync(
        ReferencePeerOptions initiator, ReferencePeerOptions responder, CancellationToken cancellationToken)
    {
        var pair = await ConnectAsync(initiator, responder, cancellationToken);
        await Task.WhenAll(pair.Initiator.HandshakeAsync(), pair.Responder.HandshakeAsync());
        return pair;
    }

    public void Dispose()
    {
        Initiator.Dispose();
        Responder.Dispose();
    }
}
