using Vix.P2p.Diagnostics;

namespace Vix.P2p.Hosting;

/// <content>What a node holds, for those who look for what it does not let go.</content>
internal sealed partial class NodeRuntime
{
    public NodeSizes GetSizes()
    {
        (int claims, int dials) = Table.UnderWay;
        (long theirs, long own) = CountStreams();
        return new NodeSizes
        {
            Tasks = _tasks.Count,
            Handlers = _channels.Work.Count,
            Connections = _parts?.Connections.Live.Count ?? 0,
            Claims = claims,
            Dials = dials,
            PendingHandshakes = _pending?.Count ?? 0,
            PendingAddresses = _pending?.AddressCount ?? 0,
            AddressBuckets = _addresses?.BucketCount ?? 0,
            ConnectedAddresses = _addresses?.ConnectedCount ?? 0,
            SendBytes = _parts?.Connections.Budget.Used ?? 0,
            ReceivedBytes = _channels.Received.Used,
            WaitingSends = _channels.Waiting.Count,
            Streams = theirs + own,
        };
    }
}
