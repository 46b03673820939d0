namespace Vix.P2p;

/// <summary>The peer at the other end of an exchange; it never changes.</summary>
/// <param name="Id">Its proven id.</param>
/// <param name="NodeId">The name it gave itself, 1 to 64 printable ASCII characters; nothing proves it.</param>
/// <param name="Endpoint">Its address as the transport sees it, such as <c>tcp://192.0.2.7:50123</c>.</param>
public sealed record P2pPeer(PeerId Id, string NodeId, string Endpoint);
