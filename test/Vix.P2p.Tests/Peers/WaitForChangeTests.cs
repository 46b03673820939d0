using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>Waits for the peer table to change.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class WaitForChangeTests : IAsyncDisposable
{
    private readonly TestNetwork _net = new();

    public ValueTask DisposeAsync() => _net.DisposeAsync();

    [Test]
    public async Task WaitForChange_RevisionIsAnotherAlready_CompletesAtOnce()
    {
        P2pNode a = await _net.StartAsync("a");
        long revision = a.GetPeers().Revision;

        a.WaitForChangeAsync(revision - 1).IsCompletedSuccessfully.Should().BeTrue();
        a.WaitForChangeAsync(revision + 1).IsCompletedSuccessfully.Should().BeTrue("one from another run of the node is no reason to wait");
        a.WaitForChangeAsync(revision).IsCompleted.Should().BeFalse();
    }

    [Test]
    public async Task WaitForChange_ManyWait_OneChangeWakesAll()
    {
        P2pNode a = await _net.StartAsync("a");
        long revision = a.GetPeers().Revision;
        Task<long>[] waits = [.. Enumerable.Range(0, 50).Select(_ => a.WaitForChangeAsync(revision))];

        a.Connect(TestNetwork.At("nobody"));

        (await Task.WhenAll(waits).Soon()).Should().OnlyContain(seen => seen > revision);
    }

    [Test]
    public async Task WaitForChange_Cancelled_EndsAloneAndBeforehandToo()
    {
        P2pNode a = await _net.StartAsync("a");
        long revision = a.GetPeers().Revision;
        using var leaving = new CancellationTokenSource();
        Task<long> leaves = a.WaitForChangeAsync(revision, leaving.Token);
        Task<long> stays = a.WaitForChangeAsync(revision);

        await leaving.CancelAsync();

        await FluentActions.Awaiting(() => leaves.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => a.WaitForChangeAsync(0, leaving.Token).Soon()).Should().ThrowAsync<OperationCanceledException>();
        stays.IsCompleted.Should().BeFalse();
    }

    [Test]
    public async Task WaitForChange_TheNodeStops_Completes()
    {
        P2pNode a = await _net.StartAsync("a");
        Task<long> wait = a.WaitForChangeAsync(a.GetPeers().Revision);

        await a.StopAsync().Soon();

        await wait.Soon();
        await a.WaitForChangeAsync(a.GetPeers().Revision).Soon();
    }

    [Test]
    public async Task WaitForChange_ChangesRaceWithWaits_NoneIsMissed()
    {
        P2pNode a = await _net.StartAsync("a");
        int seen = 0;
        long known = a.GetPeers().Revision;
        using var over = new CancellationTokenSource();
        Task waiter = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                known = await a.WaitForChangeAsync(known, over.Token);
                Interlocked.Increment(ref seen);
            }
        });

        for (int i = 0; i < 300; i++)
        {
            int before = Volatile.Read(ref seen);
            a.Connect(TestNetwork.At("nobody"), new ConnectOptions { Force = true });
            await Waiting.UntilAsync(() => Volatile.Read(ref seen) > before);
            await TestNetwork.QuietAsync(a);
        }

        await over.CancelAsync();
        await FluentActions.Awaiting(() => waiter.Soon()).Should().ThrowAsync<OperationCanceledException>();
    }
}
