using System.Diagnostics;
using Vix.P2p.Diagnostics;
using Vix.P2p.Soak.Crowd;
using Vix.P2p.Soak.Hub;
using Vix.P2p.Soak.Measuring;

namespace Vix.P2p.Soak;

/// <summary>
/// Lets a crowd come and go at a node, writes down what the node holds meanwhile, and looks at the end whether it has
/// let all of it go.
/// </summary>
internal sealed partial class SoakRun(SoakOptions options)
{
    private const int FewPeers = 12;
    private const int LiveHeapEach = 6;
    private const int LineEach = 12;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestFirst = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private readonly Counters _counters = new();
    private long _samples;
    private bool _failed;

    /// <summary>Whether all went well.</summary>
    public async Task<bool> RunAsync()
    {
        Directory.CreateDirectory(options.Folder);
        string identities = Directory.CreateTempSubdirectory("soak-").FullName;
        try
        {
            // Stopped below, for so long as that may take: one that cannot be stopped must not keep this from saying so.
            P2pNode hub = HubNode.Create(_counters, options.Pace);
            await hub.StartAsync();
            await using (CrowdLink crowd = await CrowdLink.StartAsync(PeerEndpoint.Parse(hub.GetStatus().Listen[0]), options, identities))
                await RunAsync(hub, crowd);
        }
        finally
        {
            Directory.Delete(identities, recursive: true);
        }

        return !_failed;
    }

    private async Task RunAsync(P2pNode hub, CrowdLink crowd)
    {
        Console.WriteLine($"seed {options.Seed}, {options.Peers} peers, " + (options.Joins is { } joins ? $"{joins} joins" : $"{options.Time.TotalMinutes:0} minutes"));
        var work = new HubWork(hub, _counters, options.Seed, options.Pace, crowd.SomeListener);
        // A few come and go first: what the system and the runtime open at their first use stays open from then on.
        long began = Stopwatch.GetTimestamp();
        await ComeAndGoAsync(work, crowd, FewPeers, () => crowd.Joins < FewPeers && Stopwatch.GetElapsedTime(began) < LongestFirst);
        Expect(crowd.Joins >= FewPeers, $"only {crowd.Joins} of the first few have joined");
        await SettleAsync(hub, "after the first few");
        int handles = ProcessUse.Handles();
        IReadOnlyList<string> targets = ProcessUse.Targets();
        long heap = ProcessUse.LiveHeap();
        Console.WriteLine($"at first: {handles} handles, {heap / 1e6:0.00} MB alive");

        var samples = new Samples(Path.Combine(options.Folder, "samples.csv"), Gauges(hub, crowd));
        samples.Begin();
        long start = Stopwatch.GetTimestamp();
        Task sampling = Task.CompletedTask;
        using (var over = new CancellationTokenSource())
        {
            sampling = SampleAsync(samples, hub, crowd, start, over.Token);
            long before = crowd.Joins;
            await ComeAndGoAsync(work, crowd, options.Peers, () => Stopwatch.GetElapsedTime(start) < options.Time && crowd.Joins - before < (options.Joins ?? long.MaxValue));
            await over.CancelAsync();
            await sampling;
        }

        Console.WriteLine("all have left");
        await SettleAsync(hub, "at the end");
        await ExpectAsync(() => ProcessUse.Handles() == handles, TimeSpan.FromSeconds(30), () => $"handles: {handles} at first and {ProcessUse.Handles()} at the end, more by {string.Join(", ", ProcessUse.Targets().Except(targets))}");
        await ExpectAsync(() => hub.GetStatus().PeersTotal == 0, (TimeSpan.FromMinutes(1) * options.Pace) + TimeSpan.FromSeconds(15), () => $"{hub.GetStatus().PeersTotal} rows at the end");
        await ExpectAsync(() => hub.GetBans().Count == 0, (TimeSpan.FromMinutes(2) * options.Pace) + TimeSpan.FromSeconds(5), () => $"{hub.GetBans().Count} bans at the end");
        Console.WriteLine($"at the end: {ProcessUse.Handles()} handles, {ProcessUse.LiveHeap() / 1e6:0.00} MB alive, {hub.GetSizes()}");
        await StopAsync(hub);
        Expect(_counters.Unexpected == 0, $"{_counters.Unexpected} unexpected errors of the hub");
        Expect(crowd.Unexpected == 0, $"{crowd.Unexpected} unexpected errors of the crowd");
        Conclude(samples, hub, crowd);
    }

    private async Task ComeAndGoAsync(HubWork work, CrowdLink crowd, int peers, Func<bool> goesOn)
    {
        using var stopping = new CancellationTokenSource();
        crowd.Come(peers);
        Task working = work.RunAsync(stopping.Token);
        while (goesOn())
            await Task.Delay(100, CancellationToken.None);
        await stopping.CancelAsync();
        await working;
        await crowd.LeaveAsync();
    }

    private async Task SampleAsync(Samples samples, P2pNode hub, CrowdLink crowd, long start, CancellationToken over)
    {
        using var timer = new PeriodicTimer(Period);
        try
        {
            while (true)
            {
                samples.Take(Stopwatch.GetElapsedTime(start));
                if (_samples++ % LineEach == 0)
                    Console.WriteLine(Line(Stopwatch.GetElapsedTime(start), hub, crowd));
                await timer.WaitForNextTickAsync(over);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private string Line(TimeSpan at, P2pNode hub, CrowdLink crowd) =>
        $"{at.TotalMinutes,5:0.0} min  {crowd.Joins,7:N0} joins {_counters.Messages,9:N0} messages {_counters.Requests,8:N0} requests {_counters.Streams,7:N0} streams  "
        + $"{GC.GetTotalMemory(false) / 1e6,6:0.0} MB heap {Environment.WorkingSet / 1e6,6:0.0} MB resident {ProcessUse.Handles(),4} handles {hub.GetSizes().Tasks,4} tasks {hub.GetStatus().PeersTotal,4} rows {_counters.Unexpected + crowd.Unexpected,3} unexpected";

    // Everything that belongs to a connection goes with it; nothing is collected for it.
    private async Task SettleAsync(P2pNode hub, string when)
    {
        var nothing = new NodeSizes
        {
            Tasks = 0,
            Handlers = 0,
            Connections = 0,
            Claims = 0,
            Dials = 0,
            PendingHandshakes = 0,
            PendingAddresses = 0,
            AddressBuckets = 0,
            ConnectedAddresses = 0,
            SendBytes = 0,
            ReceivedBytes = 0,
            WaitingSends = 0,
            Streams = 0,
        };
        NodeSizes Held() => hub.GetSizes() with { AddressBuckets = 0 };
        await ExpectAsync(() => Held() == nothing && hub.GetPersistentPeers().Count == 0, TimeSpan.FromSeconds(45), () => $"{when} there is left: {Held()}, {hub.GetPersistentPeers().Count} persistent");
    }

    private async Task StopAsync(P2pNode hub)
    {
        long began = Stopwatch.GetTimestamp();
        await hub.StopAsync().WaitAsync(6 * StopTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        Console.WriteLine($"stopped in {took.TotalMilliseconds:0} ms");
        Expect(took < StopTime, $"the stop took {took}");
    }

    private async Task ExpectAsync(Func<bool> holds, TimeSpan within, Func<string> else_)
    {
        long began = Stopwatch.GetTimestamp();
        while (!holds() && Stopwatch.GetElapsedTime(began) < within)
            await Task.Delay(50, CancellationToken.None);
        Expect(holds(), else_());
    }

    private void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            _failed = true;
            Console.WriteLine("FAILED: " + otherwise);
        }
    }
}
