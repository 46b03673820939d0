using System.Net;
using System.Net.Sockets;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>The network between nodes: passes their connections, and lets one fault at a time come to one of them.</summary>
internal sealed class ChaosProxy : IAsyncDisposable
{
    // Connections that a fault keeps open for ever hold two sockets each; a run has thousands of faults.
    private const int MaxLinks = 64;

    private readonly Lock _gate = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly List<(ChaosLink Link, Task Run)> _links = [];
    private ChaosFault? _next;
    private ChaosFault? _established;

    /// <summary>Connections that have passed through it.</summary>
    public int Links { get; private set; }

    /// <summary>A way to a node; where others dial it.</summary>
    public PeerEndpoint Open(IPEndPoint target)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _listeners.Add(listener);
        _accepting.Add(AcceptAsync(listener, target));
        return PeerEndpoint.Create("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);
    }

    /// <summary>Lets a fault come: to the next connection, or to the one that is established.</summary>
    public void Arm(ChaosFault fault) => Volatile.Write(ref fault.InHandshake ? ref _next : ref _established, fault);

    /// <summary>Resets every connection.</summary>
    public void Cut()
    {
        foreach (var (link, _) in Snapshot())
            link.Reset();
    }

    /// <summary>Forgets the connections that the nodes have given up, and their buffers with them.</summary>
    public async Task SweepAsync()
    {
        foreach (var (link, run) in Snapshot().Where(link => link.Link.IsDead))
        {
            link.Reset();
            await run.Soon();
        }

        lock (_gate)
            _links.RemoveAll(link => link.Run.IsCompleted);
    }

    public ChaosFault? TakeNext() => Interlocked.Exchange(ref _next, null);

    public ChaosFault? TakeEstablished(ChaosWay way) =>
        Volatile.Read(ref _established) is { } fault && fault.Way == way && Interlocked.CompareExchange(ref _established, null, fault) == fault ? fault : null;

    /// <summary>The connection that it was to come to has ended before.</summary>
    public void GiveBack(ChaosFault fault) => Arm(fault);

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
            listener.Dispose();
        await Task.WhenAll(_accepting).Soon();
        Cut();
        await Task.WhenAll(Snapshot().Select(link => link.Run)).Soon();
    }

    private (ChaosLink Link, Task Run)[] Snapshot()
    {
        lock (_gate)
            return [.. _links];
    }

    private async Task AcceptAsync(Socket listener, IPEndPoint target)
    {
        try
        {
            while (true)
            {
                var link = new ChaosLink(this, await listener.AcceptAsync());
                ChaosLink? oldest = null;
                lock (_gate)
                {
                    Links++;
                    _links.RemoveAll(link => link.Run.IsCompleted);
                    if (_links.Count >= MaxLinks)
                        oldest = _links[0].Link;
                    _links.Add((link, link.RunAsync(target)));
                }

                oldest?.Reset();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
