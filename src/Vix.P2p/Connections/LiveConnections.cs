namespace Vix.P2p.Connections;

/// <summary>
/// All connections of a node that still hold a socket, those included that have said Close and only wait for the other
/// side: what a stop must see the end of.
/// </summary>
internal sealed class LiveConnections
{
    private readonly Lock _gate = new();
    private readonly HashSet<PeerConnection> _connections = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _connections.Count;
        }
    }

    public PeerConnection[] Snapshot()
    {
        lock (_gate)
            return [.. _connections];
    }

    public void Add(PeerConnection connection)
    {
        lock (_gate)
            _connections.Add(connection);
    }

    public void Remove(PeerConnection connection)
    {
        lock (_gate)
            _connections.Remove(connection);
    }
}
