using System.Diagnostics.Metrics;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>So many faults to the link of two nodes, one after the other, with a look at everything after each.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    private readonly ChaosProxy _proxy = new();
    private readonly ChaosNode _a;
    private readonly ChaosNode _b;
    private readonly Random _dice;
    private readonly SortedDictionary<ChaosKind, int> _kinds = [];
    private int _faults;
    private int _unplanned;

    private ChaosRun(ChaosNode a, ChaosNode b, int seed)
    {
        _a = a;
        _b = b;
        _dice = new Random(seed);
    }

    public static async Task<ChaosRun> StartAsync(int seed, bool bothDial)
    {
        var run = new ChaosRun(await ChaosNode.StartAsync($"chaos-a-{seed}", seed + 1), await ChaosNode.StartAsync($"chaos-b-{seed}", seed + 2), seed);
        run._a.Node.Connect(run._proxy.Open(run._b.EndPoint), new ConnectOptions { Persistent = true });
        if (bothDial)
            run._b.Node.Connect(run._proxy.Open(run._a.EndPoint), new ConnectOptions { Persistent = true });
        await run.BackAsync();
        return run;
    }

    /// <summary>Lets so many faults come, and checks after each.</summary>
    public async Task FaultAsync(int faults)
    {
        for (var last = _faults + faults; _faults < last;)
        {
            var fault = ChaosFault.Draw(++_faults, _dice);
            try
            {
                await FaultAsync(fault).WaitAsync(Guard.Time);
                Check();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(string.Join(Environment.NewLine, [fault.ToString(), e.Message, .. _a.Describe(), .. _b.Describe()]), e);
            }

            _kinds[fault.Kind] = _kinds.GetValueOrDefault(fault.Kind) + 1;
        }
    }

    /// <summary>Nothing is left of all that was: one connection on each side, and nothing in it.</summary>
    public async Task SettleAsync()
    {
        await BackAsync();
        foreach (var node in new[] { _a, _b })
        {
            await UntilAsync(() => node.Transport.Open == 1, () => $"{node.Transport.Open} connections are open, of which one is the link");
            await node.Transport.Pool.EmptiesAsync();
            var settings = node.Node.FindChannel(node == _a ? _b.Id : _a.Id)!.Settings;
            await UntilAsync(() => settings.Work.Count == 0, () => $"{settings.Work.Count} handlers run");
            await UntilAsync(() => settings.Received.Used == 0, () => $"{settings.Received.Used} bytes have come and wait for nobody");
            foreach (var name in new[] { "vix.p2p.handshake.active", "vix.p2p.streams", "vix.p2p.send_queue.usage", "vix.p2p.send_queue.waiting" })
                await UntilAsync(() => Measure(node, name) == 0, () => $"{name} is {Measure(node, name)}");
            Equal(node.Tally.RequestsBegun, node.Tally.RequestsAnswered + node.Tally.RequestsFailed, "Not each request has ended.");
        }

        await _proxy.SweepAsync();
        AtMost(_b.Tally.RequestsTaken, _a.Tally.RequestsBegun, "A request was taken twice.");
        AtMost(_a.Tally.RequestsTaken, _b.Tally.RequestsBegun, "A request was taken twice.");
        AtMost(_a.Tally.RequestsAnswered, _b.Tally.RequestsTaken, "A request was answered that nobody took.");
        AtMost(_b.Tally.RequestsAnswered, _a.Tally.RequestsTaken, "A request was answered that nobody took.");
        Check();
    }

    /// <summary>What has happened.</summary>
    public IEnumerable<string> Report() =>
    [
        $"faults: {string.Join(", ", _kinds.Select(kind => $"{kind.Key} {kind.Value}"))}",
        $"connections through the proxy {_proxy.Links}, established {_a.Connected} and {_b.Connected}, lost to silence without a fault {_unplanned}",
        .. new[] { _a, _b }.Select(node =>
            $"{node.Node.GetStatus().NodeId}: messages sent {node.Tally.MessagesSent} taken {node.Tally.MessagesTaken}, requests answered {node.Tally.RequestsAnswered} failed {node.Tally.RequestsFailed} taken {node.Tally.RequestsTaken}, "
            + $"streams whole {node.Tally.StreamsWhole} broken {node.Tally.StreamsBroken}; {node.Tally.Reasons}"),
    ];

    /// <summary>Stops the nodes, which hold nothing then.</summary>
    public async Task StopAsync()
    {
        await DisposeAsync();
        foreach (var node in new[] { _a, _b })
            Equal(node.Transport.Open, 0, "A stopped node holds a connection.");
        Check();
    }

    public async ValueTask DisposeAsync()
    {
        _a.ExpectTheEnd();
        _b.ExpectTheEnd();
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private async Task FaultAsync(ChaosFault fault)
    {
        var before = _a.Connected;
        _proxy.Arm(fault);
        while (!fault.Struck.IsCompleted)
        {
            if (fault.InHandshake)
            {
                _proxy.Cut();
                await BackAsync();
            }
            else if (fault.Quiet)
            {
                await fault.Struck;
            }
            else
            {
                await RoundAsync();
            }
        }

        while (!fault.Over.IsCompleted)
        {
            if (fault.Quiet && fault.Kind == ChaosKind.Delay)
                await fault.Over;
            await RoundAsync();
        }

        await BackAsync();
        if (fault is { IsSoft: true, InHandshake: false } && _a.Connected != before)
            _unplanned++;
    }

    // The link is there when each side has had an answer by it.
    private async Task BackAsync()
    {
        while (true)
        {
            await Task.WhenAll(_a.ConnectedToAsync(_b.Id), _b.ConnectedToAsync(_a.Id));
            var answers = await Task.WhenAll(_a.Talk.AskAsync(_b.Id), _b.Talk.AskAsync(_a.Id));
            if (answers[0] && answers[1])
                return;
        }
    }

    private async Task RoundAsync()
    {
        await Task.WhenAll(_a.ConnectedToAsync(_b.Id), _b.ConnectedToAsync(_a.Id));
        await Task.WhenAll(_a.Talk.RoundAsync(_b.Id), _b.Talk.RoundAsync(_a.Id));
    }

    private void Check()
    {
        foreach (var node in new[] { _a, _b })
        {
            if (node.Tally.Wrong is [var first, ..])
                throw new InvalidOperationException(first);
            if (node.Log.Wrong.TryPeek(out var line))
                throw new InvalidOperationException($"The log says what it should not: {line}");
        }
    }

    private static long Measure(ChaosNode node, string name)
    {
        var sum = 0L;
        var id = node.Node.GetStatus().NodeId;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Vix.P2p" && instrument.Name == name)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "vix.p2p.node" && (string?)tag.Value == id)
                    sum += value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return sum;
    }

    private static async Task UntilAsync(Func<bool> condition, Func<string> otherwise)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Guard.Time)
                throw new TimeoutException(otherwise());
            await timer.WaitForNextTickAsync();
        }
    }

    private static void Equal(long value, long expected, string otherwise)
    {
        if (value != expected)
            throw new InvalidOperationException($"{otherwise} ({value}, expected {expected})");
    }

    private static void AtMost(long value, long most, string otherwise)
    {
        if (value > most)
            throw new InvalidOperationException($"{otherwise} ({value}, at most {most})");
    }
}
