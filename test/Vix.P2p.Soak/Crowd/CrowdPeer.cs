using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Soak.Crowd;

/// <summary>One peer, from its coming to its going.</summary>
internal sealed class CrowdPeer(PeerEndpoint hub, Counters counters, Random random, double pace)
{
    private readonly ShakyTransport _transport = new();

    /// <summary>Comes, talks for a while, and goes in one way or another.</summary>
    /// <param name="identity">The file of its key; null for a new one.</param>
    /// <param name="stopping">Ends its life before its time, in good order.</param>
    public async Task LiveAsync(string? identity, CancellationToken stopping)
    {
        bool stranger = random.Next(20) == 0;
        bool listens = random.Next(3) == 0;
        var options = new P2pNodeOptions
        {
            NodeId = "peer",
            NetworkName = stranger ? "elsewhere" : SoakProtocol.NetworkName,
            IdentityPath = identity,
            ListenAddress = "127.0.0.1",
            ListenOnAnyPort = listens,
        };
        await using P2pNode node = P2pNode.Create(
            options,
            builder => builder.AddTransport(_transport).AddProtocol(SoakProtocol.Name, new Handlers(counters).Serve));
        await node.StartAsync(stopping);
        if (listens)
            Console.WriteLine($"listen {node.GetStatus().Listen[0]}");
        TimeSpan life = TimeSpan.FromSeconds((1 + (59 * Math.Pow(random.NextDouble(), 2))) * pace);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        end.CancelAfter(life);
        // Some that listen do not come by themselves: the hub may dial them.
        if (listens && random.Next(3) == 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        PeerInfo info;
        try
        {
            info = await node.ConnectAsync(hub, cancellationToken: end.Token);
        }
        catch (Exception e) when (SoakProtocol.IsExpected(e))
        {
            Interlocked.Increment(ref counters.Refused);
            return;
        }

        Interlocked.Increment(ref counters.Joins);
        await TalkAsync(node, info.Id!.Value, end.Token);
        if (!stopping.IsCancellationRequested)
            await LeaveAsync(node, info.Id.Value, stopping);
    }

    private async Task TalkAsync(P2pNode node, PeerId peer, CancellationToken end)
    {
        var talk = new Talk(node, counters, random);
        while (!end.IsCancellationRequested)
        {
            try
            {
                await talk.SayAsync(peer, end);
            }
            catch (P2pSendException e) when (e.Reason == P2pReason.NotConnected)
            {
                return;
            }
            catch (Exception e)
            {
                counters.Failed("a peer talks", e);
            }

            await Task.Delay(random.Next(50, 500), end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The node is disposed after each of these, which says Close where there is still a connection.
    private async Task LeaveAsync(P2pNode node, PeerId peer, CancellationToken stopping)
    {
        byte[] payload = SoakProtocol.Payload(random, SoakProtocol.Wait);
        switch (random.Next(12))
        {
            case 0: // a reset, in the midst of a message
                node.TrySend(peer, SoakProtocol.Name, SoakProtocol.LargePayload(random, SoakProtocol.Plain));
                await Task.Yield();
                _transport.Each(connection => connection.Abort());
                break;
            case 1: // half a record, and half a message with it
                int writes = random.Next(4);
                _transport.Each(connection => connection.CutWriteAfter(writes));
                node.TrySend(peer, SoakProtocol.Name, SoakProtocol.LargePayload(random, SoakProtocol.Plain));
                await FlushAsync(node, peer, stopping);
                break;
            case 2: // a record that is not what was sealed
                _transport.Each(connection => connection.SpoilNextWrite());
                node.TrySend(peer, SoakProtocol.Name, payload);
                await FlushAsync(node, peer, stopping);
                break;
            case 3: // in the midst of a request
                Task<ReadOnlyMemory<byte>> asked = node.RequestAsync(peer, SoakProtocol.Name, payload, stopping).AsTask();
                await FlushAsync(node, peer, stopping);
                await node.StopAsync(CancellationToken.None);
                await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case 4: // in the midst of a stream, reset
                if (await OpenAsync(node, peer, stopping) is { } stream)
                {
                    await stream.WriteAsync(payload, stopping).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    _transport.Each(connection => connection.Abort());
                }

                break;
            case 5: // reads no more while much comes, until it is thrown out or goes
                node.TrySend(peer, SoakProtocol.Name, [SoakProtocol.Flood]);
                _transport.Each(connection => connection.StopReading());
                await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 45 * pace), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _transport.Each(connection => connection.Abort());
                break;
            case 6: // is not heard any more, until it is given up or goes
                _transport.Each(connection => connection.Freeze());
                await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 45 * pace), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _transport.Each(connection => connection.Abort());
                break;
            case 7: // asks to be let go
                await node.DisconnectAsync(peer, stopping);
                break;
        }
    }

    private static async Task FlushAsync(P2pNode node, PeerId peer, CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        await node.FlushAsync(peer, patience.Token).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<P2pStream?> OpenAsync(P2pNode node, PeerId peer, CancellationToken stopping)
    {
        try
        {
            return await node.OpenStreamAsync(peer, SoakProtocol.Name, stopping);
        }
        catch (Exception e) when (SoakProtocol.IsExpected(e))
        {
            return null;
        }
    }
}
