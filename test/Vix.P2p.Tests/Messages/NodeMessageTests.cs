using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.Handshake;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Messages between whole nodes, through the public members.</summary>
internal sealed class NodeMessageTests
{
    private static readonly string[] Names = ["a/1", "b/1"];

    [Test]
    public async Task SendAsync_ManyProducersBothWays_KeepsTheOrderOfEachAndLosesNothing()
    {
        const int Producers = 4;
        const int Each = 250;
        await using var net = new TestNetwork();
        var atA = new ConcurrentQueue<(string Protocol, int Producer, int Number)>();
        var atB = new ConcurrentQueue<(string Protocol, int Producer, int Number)>();
        (P2pNode a, P2pNode b) = await PairAsync(net, _ => { }, Keep(atA), Keep(atB));

        Task[] producers = [.. Enumerable.Range(0, Producers).SelectMany(producer => (Task[])[ProduceAsync(a, IdOf(b), producer), ProduceAsync(b, IdOf(a), producer)])];
        await Task.WhenAll(producers).Soon();
        await Waiting.UntilAsync(() => atA.Count == Producers * Each && atB.Count == Producers * Each, () => $"{atA.Count} and {atB.Count} came");

        foreach (ConcurrentQueue<(string Protocol, int Producer, int Number)> arrived in (ConcurrentQueue<(string, int, int)>[])[atA, atB])
        {
            foreach (IGrouping<(string, int), int> one in arrived.GroupBy(message => (message.Protocol, message.Producer), message => message.Number))
                one.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        }

        await Waiting.UntilAsync(() => a.GetPeers().Peers[0].SendQueueBytes + b.GetPeers().Peers[0].SendQueueBytes == 0);

        static async Task ProduceAsync(P2pNode from, PeerId to, int producer)
        {
            var random = new Random(producer);
            for (int i = 0; i < Each; i++)
            {
                byte[] payload = new byte[8 + (random.Next(20) == 0 ? random.Next(400_000) : random.Next(3_000))];
                BitConverter.TryWriteBytes(payload, producer);
                BitConverter.TryWriteBytes(payload.AsSpan(4), i);
                await from.SendAsync(to, Names[random.Next(2)], payload);
            }
        }

        static Func<P2pMessageContext, ValueTask> Keep(ConcurrentQueue<(string, int, int)> to) => context =>
        {
            to.Enqueue((context.Protocol, BitConverter.ToInt32(context.Payload.Span), BitConverter.ToInt32(context.Payload.Span[4..])));
            return ValueTask.CompletedTask;
        };
    }

    [Test]
    public async Task SendAsync_LargestMessageAndNone_ArriveWhole()
    {
        await using var net = new TestNetwork();
        var arrived = new ConcurrentQueue<byte[]>();
        (P2pNode a, P2pNode b) = await PairAsync(net, _ => { }, Ignore, context =>
        {
            arrived.Enqueue(context.Payload.ToArray());
            return ValueTask.CompletedTask;
        });
        byte[] largest = new byte[1024 * 1024];
        new Random(3).NextBytes(largest);

        await a.SendAsync(IdOf(b), "a/1", largest).Soon();
        await a.SendAsync(IdOf(b), "a/1", Array.Empty<byte>()).Soon();
        await a.SendAsync(IdOf(b), "a/1", largest).Soon();
        await a.FlushAsync(IdOf(b)).Soon();
        Func<Task> tooLarge = () => a.SendAsync(IdOf(b), "a/1", new byte[largest.Length + 1]).Soon();

        (await tooLarge.Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(P2pReason.MessageTooLarge);
        await Waiting.UntilAsync(() => arrived.Count == 3);
        arrived.Select(payload => payload.Length).Should().Equal(largest.Length, 0, largest.Length);
        arrived.First().AsSpan().SequenceEqual(largest).Should().BeTrue();
        arrived.Last().AsSpan().SequenceEqual(largest).Should().BeTrue();
    }

    [Test]
    public async Task Handlers_SendToEachOtherWithRoom_NeverStop()
    {
        const int Rounds = 2_000;
        await using var net = new TestNetwork();
        int last = 0;
        (P2pNode a, P2pNode b) = await PairAsync(net, options => options.Limits.SendQueueBytes = 64 * 1024, Answer, Answer);

        for (int i = 0; i < 50; i++)
            await a.SendAsync(IdOf(b), "a/1", new byte[1_000]).Soon();
        await Waiting.UntilAsync(() => Volatile.Read(ref last) >= Rounds);

        async ValueTask Answer(P2pMessageContext context)
        {
            if (Interlocked.Increment(ref last) <= Rounds)
                await context.Node.SendAsync(context.Peer.Id, "a/1", context.Payload);
        }
    }

    [Test]
    public async Task Handlers_SendToEachOtherWithFullQueues_FailAfterSendTimeoutAndAllFlowsAgain()
    {
        const int Size = 60_000;
        const int Kicks = 60;
        await using var net = new TestNetwork();
        int blocked = 0;
        int failed = 0;
        int last = 0;
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (P2pNode a, P2pNode b) = await PairAsync(net, Patient, Answer, Answer);
        // More than either side has credit for: both rows are full, and both handlers add to them.
        Task[] kicks = [.. Enumerable.Range(0, Kicks).SelectMany(_ => (Task[])[KickAsync(a, b), KickAsync(b, a)])];
        kicks.Count(kick => !kick.IsCompleted).Should().BeGreaterThan(Kicks / 2);
        go.SetResult();
        // Nothing is on its way either: a flush or a read that a jump of the clock falls into would seem to be stuck.
        await Waiting.UntilAsync(() => Volatile.Read(ref blocked) == 2 && AllArrived(a, b) && AllArrived(b, a));

        // Nothing can move by itself now, so time does: once, by what they wait at most.
        net.Clock.Advance(TimeSpan.FromSeconds(32));
        await Waiting.UntilAsync(() => Volatile.Read(ref failed) >= 1 && kicks.All(kick => kick.IsCompleted));
        await a.SendAsync(IdOf(b), "a/1", new byte[1]).Soon();
        await b.SendAsync(IdOf(a), "a/1", new byte[1]).Soon();
        await Waiting.UntilAsync(() => Volatile.Read(ref last) == 2);
        a.GetPeers().Peers[0].State.Should().Be(PeerState.Connected);
        b.GetPeers().Peers[0].State.Should().Be(PeerState.Connected);

        async ValueTask Answer(P2pMessageContext context)
        {
            await go.Task;
            Interlocked.Increment(ref blocked);
            try
            {
                for (int i = 0; i < Kicks && context.Payload.Length == Size && Volatile.Read(ref failed) == 0; i++)
                    await context.Node.SendAsync(context.Peer.Id, "a/1", new byte[Size - 1]);
            }
            catch (P2pSendException e) when (e.Reason == P2pReason.SendTimeout)
            {
                Interlocked.Increment(ref failed);
            }

            if (context.Payload.Length == 1)
                Interlocked.Increment(ref last);
        }

        async Task KickAsync(P2pNode from, P2pNode to)
        {
            try
            {
                await from.SendAsync(IdOf(to), "a/1", new byte[Size]);
            }
            catch (P2pSendException e) when (e.Reason == P2pReason.SendTimeout)
            {
                Interlocked.Increment(ref failed);
            }
        }
    }

    [Test]
    public async Task Handler_NeverReturns_SendersOfThatProtocolWaitAndFailWhileTheOtherGoesOn()
    {
        await using var net = new TestNetwork();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int others = 0;
        (P2pNode a, P2pNode b) = await PairAsync(net, Patient, Ignore, async context =>
        {
            if (context.Protocol == "a/1")
                await hold.Task;
            else
                Interlocked.Increment(ref others);
        });
        PeerId to = IdOf(b);
        P2pReason reason = P2pReason.None;
        await Waiting.UntilAsync(() => !a.TrySend(to, "a/1", new byte[60_000], out reason) && a.GetPeers().Peers[0].SendQueueBytes == 0);
        reason.Should().Be(P2pReason.SendQueueFull);

        Task waits = a.SendAsync(to, "a/1", new byte[60_000]).AsTask();
        await a.SendAsync(to, "b/1", new byte[60_000]).Soon();
        await Waiting.UntilAsync(() => Volatile.Read(ref others) == 1 && AllArrived(a, b));
        waits.IsCompleted.Should().BeFalse();
        net.Clock.Advance(TimeSpan.FromSeconds(32));

        Func<Task> wait = () => waits.Soon();
        (await wait.Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().Be(P2pReason.SendTimeout);
        a.GetPeers().Peers[0].State.Should().Be(PeerState.Connected);
        hold.SetResult();
        await Waiting.UntilAsync(() => a.TrySend(to, "a/1", new byte[60_000], out _));
    }

    [Test]
    public async Task Peer_ReadsNothing_FillsItsQueueAndIsClosedAfterSendTimeout()
    {
        await using var net = new TestNetwork();
        P2pNode a = net.Make("a", Patient);
        await a.StartAsync().Soon();
        byte[] introduction = new Introduction { NodeId = "raw", Instance = new string('a', 32), ListenPort = 0, Protocols = ["a/1"], MaxMessage = 16 * 1024 * 1024 }.ToUtf8();
        RawPeer raw = await net.ConnectAsync("a", net.Identity("raw"), introduction);
        await raw.End.ReadAsync();
        await Waiting.UntilAsync(() => a.GetPeers().Peers is [{ State: PeerState.Connected }]);
        PeerId to = a.GetPeers().Peers[0].Id!.Value;

        int taken = 0;
        P2pReason reason;
        while (a.TrySend(to, "a/1", new byte[50_000], out reason))
            taken++;
        reason.Should().Be(P2pReason.SendQueueFull);
        (taken * 50_000L).Should().BeInRange(1024 * 1024 - 50_000, 2 * 1024 * 1024);
        a.GetPeers().Peers[0].SendQueueBytes.Should().BeLessThanOrEqualTo(1024 * 1024);
        a.GetStatus().LimitRejections["send_queue_bytes"].Should().BeGreaterThanOrEqualTo(1);
        // The transport takes two records and the beginning of a third, whose flush is the one that does not end.
        await Waiting.UntilAsync(() => a.GetPeers().Peers[0].BytesOut > 2 * 65_536);
        // What was on its way there just now may have made room for another.
        Task waits;
        do
            waits = a.SendAsync(to, "a/1", new byte[50_000]).AsTask();
        while (waits.IsCompletedSuccessfully);
        net.Clock.Advance(TimeSpan.FromSeconds(29));
        waits.IsCompleted.Should().BeFalse();
        net.Clock.Advance(TimeSpan.FromSeconds(3));

        Func<Task> wait = () => waits.Soon();
        (await wait.Should().ThrowAsync<P2pSendException>()).Which.Reason.Should().BeOneOf(P2pReason.SendTimeout, P2pReason.Overload);
        await Waiting.UntilAsync(() => !a.TrySend(to, "a/1", [1], out reason) && reason is P2pReason.NotConnected or P2pReason.Overload, () => reason + string.Join('\n', net.Log.Texts) + a.GetPeers().Peers[0]);
        a.GetStatus().LimitRejections["send_timeout"].Should().Be(1);
    }

    // Silence ends nothing here: the clock moves faster than peers answer.
    private static void Patient(P2pNodeOptions options) =>
        (options.PingInterval, options.StaleAfter, options.CloseAfter) = (TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(3));

    private static ValueTask Ignore(P2pMessageContext context) => ValueTask.CompletedTask;

    private static bool AllArrived(P2pNode from, P2pNode at) =>
        from.GetPeers().Peers[0].SendQueueBytes == 0 && from.GetPeers().Peers[0].MessagesOut == at.GetPeers().Peers[0].MessagesIn;

    private static PeerId IdOf(P2pNode node) => node.GetStatus().Id!.Value;

    private static async Task<(P2pNode A, P2pNode B)> PairAsync(TestNetwork net, Action<P2pNodeOptions> configure, Func<P2pMessageContext, ValueTask> atA, Func<P2pMessageContext, ValueTask> atB)
    {
        P2pNode a = net.Make("a", configure, build: builder => Speak(builder, atA));
        P2pNode b = net.Make("b", configure, build: builder => Speak(builder, atB));
        await a.StartAsync().Soon();
        await b.StartAsync().Soon();
        await a.ConnectAsync(TestNetwork.At("b"), new ConnectOptions { Force = true }).Soon();
        await Waiting.UntilAsync(() => b.GetPeers().Peers is [{ State: PeerState.Connected }]);
        return (a, b);

        static void Speak(Vix.P2p.Hosting.IP2pNodeBuilder builder, Func<P2pMessageContext, ValueTask> handler)
        {
            foreach (string name in Names)
                builder.AddProtocol(name, protocol => protocol.OnMessage(handler));
        }
    }
}
