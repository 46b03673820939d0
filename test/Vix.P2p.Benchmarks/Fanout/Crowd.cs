using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Benchmarks.Measuring;
using Vix.P2p.Benchmarks.Messages;

namespace Vix.P2p.Benchmarks.Fanout;

/// <summary>A node with many peers, all in this process; each of them may send to it, and it to them.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    /// <summary>Messages that are counted.</summary>
    public const string Flow = "flow/1";

    /// <summary>Messages that carry the time at which they were sent.</summary>
    public const string Pace = "pace/1";

    // Behind the number of the message.
    private const int SenderAt = 4;

    private readonly List<P2pNode> _peers = [];
    private readonly List<PeerId> _ids = [];
    private readonly Tally[] _atPeers;
    private readonly Tally[] _atHub;
    private readonly Latencies[] _delays;
    private readonly int _size;
    private PeerId _hubId;

    private Crowd(int peers, int size)
    {
        _size = size;
        _atPeers = [.. Enumerable.Range(0, peers).Select(_ => new Tally(size))];
        _atHub = [.. Enumerable.Range(0, peers).Select(_ => new Tally(size))];
        _delays = [.. Enumerable.Range(0, peers).Select(_ => new Latencies(room: 1 << 12))];
        Hub = P2pNode.Create(
            new P2pNodeOptions { NodeId = "hub", ListenAddress = "127.0.0.1", ListenOnAnyPort = true },
            builder => builder.AddProtocol(Flow, protocol => protocol.OnMessage(TakeAtHub)));
    }

    public P2pNode Hub { get; }

    public IReadOnlyList<PeerId> Ids => _ids;

    public int Size => _size;

    /// <summary>How long messages took to the peers but the first, which is the one that may not read.</summary>
    public Latencies Delays { get; } = new();

    /// <summary>Lets the first peer read, or not.</summary>
    public StallingTransport First { get; } = new();

    public static async Task<Crowd> StartAsync(int peers, int size)
    {
        Crowd crowd = new(peers, size);
        await crowd.Hub.StartAsync();
        NodeStatus status = crowd.Hub.GetStatus();
        crowd._hubId = status.Id!.Value;
        for (int i = 0; i < peers; i++)
            await crowd.AddAsync(i, PeerEndpoint.Parse(status.Listen[0]));
        // A dialler is Ready when it has read so, which may be before the hub has written it down.
        while (crowd.Hub.GetStatus().PeersConnected < peers)
            await Task.Delay(1);
        return crowd;
    }

    /// <summary>The hub sends to all in turn, by one SendAsync a message; how many messages all of them got.</summary>
    public Task<long> SendToAllAsync(TimeSpan time) => ToAllAsync(time, async message =>
    {
        foreach (PeerId peer in _ids)
            await Hub.SendAsync(peer, Flow, message);
    });

    /// <summary>The hub sends to all by one BroadcastAsync a message; how many messages all of them got.</summary>
    public Task<long> BroadcastAsync(TimeSpan time) => ToAllAsync(time, async message =>
    {
        IReadOnlyList<P2pBroadcastResult> results = await Hub.BroadcastAsync(Flow, message, wait: TimeSpan.FromSeconds(10));
        if (results.Count != _ids.Count || results.Any(result => !result.IsQueued))
            throw new InvalidOperationException($"A broadcast reached {results.Count(result => result.IsQueued)} of {_ids.Count}: {string.Join(", ", results.Select(result => result.Reason).Distinct())}.");
    });

    /// <summary>All send to the hub at once; how many messages it got.</summary>
    public async Task<long> SendToHubAsync(TimeSpan time)
    {
        foreach (Tally tally in _atHub)
            tally.Begin();
        await Task.WhenAll(_peers.Select((peer, i) => Task.Run(() => SendAsync(peer, i, time))));
        return (await Task.WhenAll(_atHub.Select(tally => tally.Done))).Sum();
    }

    /// <summary>A message to all every so often, for so long; the delays of a turn.</summary>
    public async Task PaceAsync(TimeSpan pace, TimeSpan time)
    {
        byte[] message = new byte[_size];
        using PeriodicTimer timer = new(pace);
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time && await timer.WaitForNextTickAsync())
        {
            BinaryPrimitives.WriteInt64LittleEndian(message, Stopwatch.GetTimestamp());
            await Hub.BroadcastAsync(Pace, message);
        }

        // What is on its way belongs to this turn.
        await Task.Delay(10 * pace);
        foreach (Latencies delays in _delays[1..])
            Delays.Take(delays);
        Delays.EndTurn();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_peers.Select(peer => peer.StopAsync()));
        await Hub.DisposeAsync();
    }

    private async Task<long> ToAllAsync(TimeSpan time, Func<byte[], Task> send)
    {
        foreach (Tally tally in _atPeers)
            tally.Begin();
        byte[] message = new byte[_size];
        MessageClock clock = new(_size * _ids.Count, time);
        bool last;
        do
        {
            last = clock.Stamp(message);
            await send(message);
        }
        while (!last);
        return (await Task.WhenAll(_atPeers.Select(tally => tally.Done))).Sum();
    }

    private async Task SendAsync(P2pNode peer, int index, TimeSpan time)
    {
        byte[] message = new byte[_size];
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(SenderAt), index);
        MessageClock clock = new(_size, time);
        bool last;
        do
        {
            last = clock.Stamp(message);
            await peer.SendAsync(_hubId, Flow, message);
        }
        while (!last);
    }

    private async Task AddAsync(int index, PeerEndpoint hub)
    {
        var peer = P2pNode.Create(new P2pNodeOptions { NodeId = $"peer-{index}" }, builder =>
        {
            builder.AddProtocol(Flow, protocol => protocol.OnMessage(context => Take(_atPeers[index], context)));
            builder.AddProtocol(Pace, protocol => protocol.OnMessage(context => TakePaced(_delays[index], context)));
            if (index == 0)
                builder.AddTransport(First);
        });
        _peers.Add(peer);
        await peer.StartAsync();
        await peer.ConnectAsync(hub);
        _ids.Add(peer.GetStatus().Id!.Value);
    }

    private ValueTask TakeAtHub(P2pMessageContext context) =>
        Take(_atHub[BinaryPrimitives.ReadInt32LittleEndian(context.Payload.Span[SenderAt..])], context);

    private static ValueTask Take(Tally tally, P2pMessageContext context)
    {
        tally.Take(context.Payload.Span);
        return ValueTask.CompletedTask;
    }

    private static ValueTask TakePaced(Latencies delays, P2pMessageContext context)
    {
        delays.Add(Stopwatch.GetTimestamp() - BinaryPrimitives.ReadInt64LittleEndian(context.Payload.Span));
        return ValueTask.CompletedTask;
    }
}
