namespace Vix.P2p.Connections;

/// <summary>Why a read loop has ended.</summary>
internal enum ReadEnd
{
    /// <summary>Somebody asked the connection to close.</summary>
    Asked,

    /// <summary>The transport ended or failed.</summary>
    Lost,

    /// <summary>The peer sent what the protocol does not allow.</summary>
    Violation,
}
