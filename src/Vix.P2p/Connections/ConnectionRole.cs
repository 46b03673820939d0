namespace Vix.P2p.Connections;

/// <summary>What the first frame of a connection is, seen from this side.</summary>
internal enum ConnectionRole
{
    /// <summary>This node dialled and waits for Ready or Reject before anything else.</summary>
    Initiator,

    /// <summary>This node was dialled and sends Ready or Reject first.</summary>
    Responder,
}
