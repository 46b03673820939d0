using System.Net;

namespace Vix.P2p;

/// <summary>An inbound peer that has proved who it is and is not let in yet.</summary>
/// <param name="Id">The id of the key that it proved to hold.</param>
/// <param name="RemoteEndPoint">The address it came from.</param>
/// <param name="NodeId">The name it gave itself: 1 to 64 printable ASCII characters, and proof of nothing.</param>
/// <param name="Agent">The software it says it is, and proof of nothing; at most 64 printable ASCII characters.</param>
/// <param name="Protocols">The protocols it says it speaks.</param>
public sealed record P2pNewcomer(PeerId Id, EndPoint? RemoteEndPoint, string NodeId, string? Agent, IReadOnlyList<string> Protocols);
