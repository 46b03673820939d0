namespace Vix.P2p.Connections;

/// <summary>Whose connection a writer writes. An interface and not a callback, which each connection would hold.</summary>
internal interface IWriterOwner
{
    /// <summary>Nothing can be sent any more. Called once, from the writer, under no lock.</summary>
    void SendingFailed();
}
