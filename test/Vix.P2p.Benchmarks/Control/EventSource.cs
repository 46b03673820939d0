using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.Transport;

namespace Vix.P2p.Benchmarks.Control;

/// <summary>Makes a node's peers change so many times a second: each dial that fails is two events.</summary>
internal sealed class EventSource : IP2pTransport
{
    // More than fail at once, so that each dial is one of its own.
    private const int Endpoints = 100;

    private static readonly PeerEndpoint[] Targets = [.. Enumerable.Range(1, Endpoints).Select(port => PeerEndpoint.Create("192.0.2.1", port, "fail"))];

    public string Scheme => "fail";

    public static void AddTo(Hosting.IP2pNodeBuilder builder) => builder.AddTransport(new EventSource());

    /// <summary>Events at that rate, for that long; how many there were. From a thread of its own.</summary>
    public static Task<int> RunAsync(IP2pNode node, int perSecond, TimeSpan time) => Task.Factory.StartNew(() => Run(node, perSecond, time), TaskCreationOptions.LongRunning);

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(PeerEndpoint endpoint, CancellationToken cancellationToken) =>
        ValueTask.FromException<IReadOnlyList<EndPoint>>(new P2pTransportException(P2pReason.NameNotFound, "The name has no address."));

    public ValueTask<IP2pTransportConnection> DialAsync(EndPoint address, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IP2pTransportListener> ListenAsync(P2pListenOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static int Run(IP2pNode node, int perSecond, TimeSpan time)
    {
        ConnectOptions options = new() { Force = true };
        long start = Stopwatch.GetTimestamp();
        int dials = 0;
        int failed = 0;
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < time)
        {
            for (int due = (int)(elapsed.TotalSeconds * perSecond / 2); dials < due; dials++)
            {
                if (node.Connect(Targets[dials % Endpoints], options).Started)
                    failed++;
            }

            Thread.Sleep(1);
        }

        return 2 * failed;
    }
}
