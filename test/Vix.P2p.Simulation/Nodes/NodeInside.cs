using System.Runtime.CompilerServices;
using Vix.P2p.Diagnostics;
using Vix.P2p.Hosting;
using Vix.P2p.Messages;
using Vix.P2p.Peers;

namespace Vix.P2p.Simulation.Nodes;

/// <summary>What a node holds and tells nobody: it must be nothing once the node has stopped.</summary>
internal static class NodeInside
{
    /// <summary>What a node that has stopped still holds; nothing, as it should be.</summary>
    public static IEnumerable<string> LeftOf(P2pNode node)
    {
        NodeRuntime runtime = Runtime(node);
        ChannelSettings channels = Channels(runtime);
        if (Parts(runtime)?.Connections is { } connections)
        {
            if (connections.Budget.Used != 0)
                yield return $"{connections.Budget.Used} bytes that wait to be sent";
            if (connections.Live.Snapshot().Length is > 0 and var live)
                yield return $"{live} connections";
        }

        if (channels.Received.Used != 0)
            yield return $"{channels.Received.Used} bytes that wait to be taken";
        if (channels.Waiting.Count != 0)
            yield return $"{channels.Waiting.Count} sends that wait";
        if (channels.Work.Count != 0)
            yield return $"{channels.Work.Count} handlers";
        if (!Tasks(runtime).WhenAllAsync().IsCompleted)
            yield return "tasks";
        if (runtime.Table.Connections().Any())
            yield return "established connections";
        if (Claims(runtime.Table).Count is > 0 and var claims)
            yield return $"{claims} claims";
        if (Dials(runtime.Table).Count is > 0 and var dials)
            yield return $"{dials} dials";
    }

    public static int DialCount(P2pNode node) => Dials(Runtime(node).Table).Count;

    public static int ClaimCount(P2pNode node) => Claims(Runtime(node).Table).Count;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_runtime")]
    private static extern ref NodeRuntime Runtime(P2pNode node);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_channels")]
    private static extern ref ChannelSettings Channels(NodeRuntime runtime);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_parts")]
    private static extern ref NodeParts? Parts(NodeRuntime runtime);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_tasks")]
    private static extern ref TaskSet Tasks(NodeRuntime runtime);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_claims")]
    private static extern ref Dictionary<PeerId, PeerLink> Claims(PeerTable table);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_dials")]
    private static extern ref HashSet<DialAttempt> Dials(PeerTable table);
}
