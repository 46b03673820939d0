using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Memory;

namespace Vix.P2p.Tests.Transport;

[CancelAfter(30_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MemoryTransportTests
{
    private readonly MemoryTransport _network = new();

    [Test]
    public async Task Dial_Listener_CarriesBytesBothWays(CancellationToken token)
    {
        (IP2pTransportConnection near, IP2pTransportConnection far) = await ConnectAsync(token);

        await near.Output.WriteAsync("there"u8.ToArray(), token);
        (await ReadAsync(far.Input, 5, token)).Should().Equal("there"u8.ToArray());
        await far.Output.WriteAsync("back"u8.ToArray(), token);
        (await ReadAsync(near.Input, 4, token)).Should().Equal("back"u8.ToArray());
        far.LocalEndPoint.Should().Be(near.RemoteEndPoint);
        far.RemoteEndPoint.Should().Be(near.LocalEndPoint);
    }

    [Test]
    public async Task Resolve_Name_IsOneDnsEndPoint(CancellationToken token)
    {
        IReadOnlyList<EndPoint> addresses = await _network.ResolveAsync(PeerEndpoint.Parse("memory://a:7"), token);

        addresses.Should().Equal(new DnsEndPoint("a", 7));
    }

    [Test]
    public async Task Dial_Nobody_IsRefused(CancellationToken token)
    {
        await ListenAsync("a", 7);

        foreach (DnsEndPoint address in (DnsEndPoint[])[new("a", 8), new("b", 7)])
        {
            Func<Task> dial = async () => await _network.DialAsync(address, token);
            (await dial.Should().ThrowAsync<P2pTransportException>()).Which.Reason.Should().Be(P2pReason.ConnectionRefused);
        }
    }

    [Test]
    public async Task Dial_ListenerOnAllNames_AnswersEachNameThatHasNoneOfItsOwn(CancellationToken token)
    {
        IP2pTransportListener all = await ListenAsync(null, 7);
        IP2pTransportListener own = await ListenAsync("Own", 7);

        await _network.DialAsync(new DnsEndPoint("own", 7), token);
        await _network.DialAsync(new DnsEndPoint("other", 7), token);

        (await own.AcceptAsync(token))!.LocalEndPoint.Should().Be(new DnsEndPoint("own", 7));
        (await all.AcceptAsync(token))!.LocalEndPoint.Should().Be(new DnsEndPoint("other", 7));
    }

    [Test]
    public async Task Listen_PortZero_PicksAFreeOne()
    {
        int first = ((DnsEndPoint)(await ListenAsync("a", 0)).LocalEndPoint).Port;
        int second = ((DnsEndPoint)(await ListenAsync("a", 0)).LocalEndPoint).Port;

        first.Should().NotBe(second).And.BeInRange(1, 65_535);
    }

    [Test]
    public async Task Listen_Taken_SaysWhichAndIsFreeAfterDispose()
    {
        IP2pTransportListener listener = await ListenAsync("a", 7);
        Func<Task> again = () => ListenAsync("A", 7);

        (await again.Should().ThrowAsync<P2pTransportException>()).WithMessage("*A:7*in use*");
        await listener.DisposeAsync();
        await again.Should().NotThrowAsync();
    }

    [Test]
    public async Task Accept_NotAdmitted_ResetsTheNewcomerAndGoesOn(CancellationToken token)
    {
        Queue<bool> answers = new([false, true]);
        IP2pTransportListener listener = await _network.ListenAsync(
            new P2pListenOptions { Address = "a", Port = 7, Admit = _ => answers.Dequeue() }, token);
        IP2pTransportConnection refused = await _network.DialAsync(new DnsEndPoint("a", 7), token);
        IP2pTransportConnection admitted = await _network.DialAsync(new DnsEndPoint("a", 7), token);

        (await listener.AcceptAsync(token))!.RemoteEndPoint.Should().Be(admitted.LocalEndPoint);
        Func<Task> read = async () => await refused.Input.ReadAsync(token);
        await read.Should().ThrowAsync<IOException>();
    }

    [Test]
    public async Task Accept_ListenerDisposed_IsNullAndNewcomersAreReset(CancellationToken token)
    {
        IP2pTransportListener listener = await ListenAsync("a", 7);
        ValueTask<IP2pTransportConnection?> pending = listener.AcceptAsync(token);
        await listener.DisposeAsync();
        (await pending).Should().BeNull();
        (await listener.AcceptAsync(token)).Should().BeNull();

        IP2pTransportListener next = await ListenAsync("a", 7);
        IP2pTransportConnection waiting = await _network.DialAsync(new DnsEndPoint("a", 7), token);
        await next.DisposeAsync();
        Func<Task> read = async () => await waiting.Input.ReadAsync(token);
        await read.Should().ThrowAsync<IOException>();
    }

    [Test]
    public async Task Accept_Cancelled_GoesOnWithTheNextCall(CancellationToken token)
    {
        IP2pTransportListener listener = await ListenAsync("a", 7);
        using CancellationTokenSource giveUp = new();
        Func<Task> accept = async () => await listener.AcceptAsync(giveUp.Token);
        Task pending = accept();
        await giveUp.CancelAsync();
        await FluentActions.Awaiting(() => pending).Should().ThrowAsync<OperationCanceledException>();

        await _network.DialAsync(new DnsEndPoint("a", 7), token);
        (await listener.AcceptAsync(token)).Should().NotBeNull();
    }

    [Test]
    public async Task Complete_Output_HalfCloses(CancellationToken token)
    {
        (IP2pTransportConnection near, IP2pTransportConnection far) = await ConnectAsync(token);
        await near.Output.WriteAsync("last"u8.ToArray(), token);
        await near.Output.CompleteAsync();

        (await ReadAsync(far.Input, 4, token)).Should().Equal("last"u8.ToArray());
        (await far.Input.ReadAsync(token)).IsCompleted.Should().BeTrue();
        await far.Output.WriteAsync("still"u8.ToArray(), token);
        (await ReadAsync(near.Input, 5, token)).Should().Equal("still"u8.ToArray());
    }

    [Test]
    public async Task Dispose_OneSide_EndsTheOthersReadsAndFlushes(CancellationToken token)
    {
        (IP2pTransportConnection near, IP2pTransportConnection far) = await ConnectAsync(token);
        await near.DisposeAsync();
        await near.DisposeAsync();
        near.Abort();

        (await far.Input.ReadAsync(token)).IsCompleted.Should().BeTrue();
        (await far.Output.WriteAsync(new byte[1], token)).IsCompleted.Should().BeTrue();
        far.Invoking(f => f.Abort()).Should().NotThrow();
    }

    [Test]
    public async Task Abort_WhileBothSidesReadAndWrite_EndsThem(CancellationToken token)
    {
        (IP2pTransportConnection near, IP2pTransportConnection far) = await ConnectAsync(token);
        Task<ReadResult> ownRead = near.Input.ReadAsync(token).AsTask();
        Task<FlushResult> ownFlush = FillAsync(near.Output, token);

        near.Abort();

        (await ownRead).IsCompleted.Should().BeTrue();
        (await ownFlush).IsCompleted.Should().BeTrue();
        (await near.Input.ReadAsync(token)).IsCompleted.Should().BeTrue();
        Func<Task> peerRead = async () => await far.Input.ReadAsync(token);
        await peerRead.Should().ThrowAsync<IOException>();
        (await FillAsync(far.Output, token)).IsCompleted.Should().BeTrue();
        (await FillAsync(near.Output, token)).IsCompleted.Should().BeTrue();
    }

    [Test]
    public async Task Abort_BetweenReadAndAdvance_LeavesTheResultUsable(CancellationToken token)
    {
        (IP2pTransportConnection near, IP2pTransportConnection far) = await ConnectAsync(token);
        await near.Output.WriteAsync("abc"u8.ToArray(), token);
        ReadResult result = await far.Input.ReadAsync(token);

        near.Abort();

        result.Buffer.ToArray().Should().Equal("abc"u8.ToArray());
        far.Input.AdvanceTo(result.Buffer.End);
        Func<Task> read = async () => await far.Input.ReadAsync(token);
        await read.Should().ThrowAsync<IOException>();
    }

    [Test]
    public async Task CancelPendingRead_SilentPeer_IsCanceledAndNothingIsLost(CancellationToken token)
    {
        (IP2pTransportConnection near, IP2pTransportConnection far) = await ConnectAsync(token);
        ValueTask<ReadResult> pending = far.Input.ReadAsync(token);
        far.Input.CancelPendingRead();
        ReadResult cancelled = await pending;
        cancelled.IsCanceled.Should().BeTrue();
        cancelled.IsCompleted.Should().BeFalse();
        far.Input.AdvanceTo(cancelled.Buffer.Start);

        await near.Output.WriteAsync("x"u8.ToArray(), token);
        (await ReadAsync(far.Input, 1, token)).Should().Equal("x"u8.ToArray());
    }

    // Writes until the peer's side holds all that it takes; that last flush ends only by what happens next.
    private static async Task<FlushResult> FillAsync(PipeWriter output, CancellationToken token)
    {
        while (true)
        {
            FlushResult result = await output.WriteAsync(new byte[65_536], token);
            if (result.IsCompleted || result.IsCanceled)
                return result;
        }
    }

    private static async Task<byte[]> ReadAsync(PipeReader input, int count, CancellationToken token)
    {
        ReadResult result = await input.ReadAtLeastAsync(count, token);
        byte[] bytes = result.Buffer.Slice(0, count).ToArray();
        input.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    private async Task<IP2pTransportListener> ListenAsync(string? name, int port) =>
        await _network.ListenAsync(new P2pListenOptions { Address = name, Port = port, Admit = _ => true }, default);

    private async Task<(IP2pTransportConnection Near, IP2pTransportConnection Far)> ConnectAsync(CancellationToken token)
    {
        IP2pTransportListener listener = await ListenAsync("a", 0);
        IP2pTransportConnection near = await _network.DialAsync(listener.LocalEndPoint, token);
        return (near, (await listener.AcceptAsync(token))!);
    }
}
