using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.Soak.Crowd;

/// <summary>
/// The peers, in a process of their own, so that what they hold is not taken for the node's. It is told by lines on its
/// input (<c>go N</c>, <c>stop</c>) and tells by lines on its output; it ends when its input does.
/// </summary>
internal sealed class CrowdProcess(PeerEndpoint hub, int seed, double pace, string folder)
{
    public const string Argument = "--crowd";

    private const int Identities = 150;
    private const int LiveHeapEach = 6;
    private static readonly TimeSpan Report = TimeSpan.FromSeconds(5);

    private readonly Counters _counters = new();
    private readonly HashSet<int> _inUse = [];
    private int _slots;
    private long _told;
    private long _live;

    public static async Task<int> RunAsync(string[] args)
    {
        var crowd = new CrowdProcess(PeerEndpoint.Parse(args[0]), int.Parse(args[1], CultureInfo.InvariantCulture), double.Parse(args[2], CultureInfo.InvariantCulture), args[3]);
        using var over = new CancellationTokenSource();
        Task reporting = crowd.ReportAsync(over.Token);
        Task peers = Task.CompletedTask;
        using var first = new CancellationTokenSource();
        CancellationTokenSource stopping = first;
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (line.StartsWith("go ", StringComparison.Ordinal))
            {
                stopping = new CancellationTokenSource();
                peers = crowd.ComeAndGoAsync(int.Parse(line[3..], CultureInfo.InvariantCulture), stopping.Token);
                continue;
            }

            await stopping.CancelAsync();
            await peers;
            crowd.Tell();
            Console.WriteLine("left");
        }

        await stopping.CancelAsync();
        await peers;
        await over.CancelAsync();
        await reporting;
        return 0;
    }

    private Task ComeAndGoAsync(int peers, CancellationToken stopping) => Task.WhenAll(Enumerable.Range(0, peers).Select(_ => SlotAsync(new Random(seed + (1000 * ++_slots)), stopping)));

    // One after the other: so there are as many at once as there are slots, but for those between two lives.
    private async Task SlotAsync(Random random, CancellationToken stopping)
    {
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 2 * pace), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
                return;
            try
            {
                if (random.Next(6) == 0)
                    await VisitAsync(random, stopping);
                else
                    await LiveAsync(random, stopping);
            }
            catch (SocketException)
            {
                Interlocked.Increment(ref _counters.Refused);
            }
            catch (Exception e)
            {
                _counters.Failed("a peer", e);
            }
        }
    }

    private async Task VisitAsync(Random random, CancellationToken stopping)
    {
        Interlocked.Increment(ref _counters.Strangers);
        await Stranger.VisitAsync(new IPEndPoint(IPAddress.Parse(hub.Host), hub.Port), random, pace, stopping);
    }

    private async Task LiveAsync(Random random, CancellationToken stopping)
    {
        int? known = random.Next(2) == 0 ? Lease(random) : null;
        try
        {
            string? identity = known is { } number ? Path.Combine(folder, $"{number}.pem") : null;
            await new CrowdPeer(hub, _counters, random, pace).LiveAsync(identity, stopping);
        }
        finally
        {
            lock (_inUse)
            {
                if (known is { } number)
                    _inUse.Remove(number);
            }
        }
    }

    // Now and then one that another has at this moment: the hub then sees one key in two nodes.
    private int Lease(Random random)
    {
        lock (_inUse)
        {
            int number = random.Next(Identities);
            if (random.Next(20) != 0)
            {
                while (_inUse.Contains(number))
                    number = random.Next(Identities);
            }

            _inUse.Add(number);
            return number;
        }
    }

    private async Task ReportAsync(CancellationToken over)
    {
        using var timer = new PeriodicTimer(Report * Math.Max(pace, 0.1));
        try
        {
            while (await timer.WaitForNextTickAsync(over))
                Tell();
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private void Tell()
    {
        if (_told++ % LiveHeapEach == 0)
            _live = Measuring.ProcessUse.LiveHeap();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"stats {_counters.Joins} {_counters.Refused} {_counters.Strangers} {_counters.Messages} {_counters.Requests} {_counters.Streams} {_counters.Unexpected} {_live} {Environment.WorkingSet} {Measuring.ProcessUse.Handles()}"));
    }
}
