using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Testing;

namespace Vix.P2p.Tests.Diagnostics;

/// <summary>What measuring and tracing cost where nobody does either.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NodeTelemetryTests : IDisposable
{
    private static readonly PeerEndpoint Endpoint = PeerEndpoint.Create("192.0.2.7", 9001);
    private static readonly IPEndPoint Remote = new(IPAddress.Loopback, 9001);

    private readonly NodeTelemetry _telemetry = new(
        new NodeMetrics(null, "a", new NodeMetricSources
        {
            Peers = () => [],
            ConnectAttempts = () => 0,
            HandshakesUnderWay = () => 0,
            Bytes = () => default,
            Messages = () => default,
            Streams = () => default,
            QueuedBytes = () => 0,
            WaitingSends = () => 0,
            Rejections = () => new Dictionary<string, long>(),
            InvalidFrames = () => 0,
            HandlerFailures = () => 0,
        }),
        carries: true,
        new ManualTimeProvider());

    public void Dispose() => _telemetry.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public void Begin_NobodyListens_AllocatesNothing(bool current)
    {
        using Activity? outer = current ? new Activity("outer").SetIdFormat(ActivityIdFormat.W3C).Start() : null;
        Begin();
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1_000; i++)
            Begin();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        _telemetry.Carried.Should().BeSameAs(outer);
        _telemetry.SeesRequests.Should().BeFalse();
        _telemetry.TakesContexts.Should().BeFalse();

        void Begin()
        {
            object? begun = (object?)_telemetry.BeginConnect(Endpoint, default)
                ?? (object?)_telemetry.BeginHandshake(null, Remote, "tcp")
                ?? (object?)_telemetry.BeginHandshake(Remote, "tcp")
                ?? (object?)_telemetry.BeginRequest("kv/1", default, Remote, "tcp")
                ?? (object?)_telemetry.BeginHandler("kv/1", default, Remote, "tcp", null)
                ?? _telemetry.Carried;
            _telemetry.Metrics.RecordRtt(TimeSpan.FromMilliseconds(1));
            if (begun != (object?)outer)
                throw new InvalidOperationException("Somebody listens.");
        }
    }

    [Test]
    public void Record_SomebodyMeasures_AllocatesNothingPerMeasurement()
    {
        int measured = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == NodeMetrics.MeterName)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => measured++);
        listener.Start();
        _telemetry.Metrics.RecordRtt(TimeSpan.FromMilliseconds(1));
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1_000; i++)
            _telemetry.Metrics.RecordRtt(TimeSpan.FromMilliseconds(1));

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        measured.Should().Be(1_001);
    }

    [Test]
    public void End_ASecondTime_ChangesNothing()
    {
        var measured = new List<string?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "vix.p2p.connect.duration")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => measured.Add(tags.Length == 1 ? null : (string?)tags[1].Value));
        listener.Start();
        Observation observation = _telemetry.BeginConnect(Endpoint, default)!;

        observation.End(P2pReason.ConnectTimeout);
        observation.End(P2pReason.None);

        measured.Should().Equal("connect_timeout");
    }
}
