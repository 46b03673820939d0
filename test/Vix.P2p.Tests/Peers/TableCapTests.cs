using System.Buffers.Binary;
using System.Net;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Peers;
using Vix.P2p.Testing;

namespace Vix.P2p.Tests.Peers;

/// <summary>A million of everything leaves the table as large as its caps are (docs/security.md, rows 14 and 17).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TableCapTests
{
    private const int Million = 1_000_000;
    private const int ClosedPeers = 1000;
    private const int BackoffEntries = 4096;

    private readonly ManualTimeProvider _clock = new();
    private readonly LimitBoard _limits;
    private readonly PeerTable _table;

    public TableCapTests()
    {
        var options = new P2pNodeOptions();
        _limits = new LimitBoard(options, "P2p", NullLogger.Instance);
        _table = new PeerTable(options, new NodeCounters(), _limits, _clock, NullLogger.Instance, () => 0.5);
        _table.Open(PeerId.Parse(new string('a', 64)));
    }

    [Test]
    public void Ids_AMillionThatComeAndGo_LeaveAThousandRows()
    {
        var introduction = new Introduction { NodeId = "stranger", Instance = new string('0', 32), ListenPort = 9000 };
        int most = 0;
        for (int i = 0; i < Million; i++)
        {
            var from = new IPEndPoint(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), 9000);
            PeerLink link = _table.Decide(IdOf(i), introduction, "tcp", local: null, from, _table.NextMoment()).Link!;
            _table.Establish(link);
            _table.Release(link, P2pReason.Lost);
            if (i % 10_000 == 0)
                most = Math.Max(most, _table.Rows().Length);
        }

        most.Should().BeLessThanOrEqualTo(ClosedPeers);
        _table.Rows().Should().HaveCount(ClosedPeers);
        _table.Find(IdOf(Million - 1)).Should().NotBeNull();
        _table.Find(IdOf(Million - ClosedPeers)).Should().NotBeNull();
        _table.Find(IdOf(Million - ClosedPeers - 1)).Should().BeNull("the one that has been gone for longest is forgotten first");
        _table.TrackedEndpoints.Should().Be(0);
        _limits.Rejections(NodeLimit.ClosedPeers).Should().Be(Million - ClosedPeers);
    }

    [Test]
    public void Endpoints_AMillionThatFail_StayUnderTheCaps()
    {
        for (int i = 0; i < Million; i++)
        {
            var endpoint = PeerEndpoint.Create("10.0.0.1", 1 + (i % 60_000), "t" + (i / 60_000));
            DialAttempt attempt = _table.Request(endpoint, new ConnectOptions(), P2pReason.None).Attempt!;
            _table.EndDial(attempt, P2pReason.ConnectionRefused, "", inHandshake: false);
        }

        _table.Rows().Should().HaveCount(ClosedPeers);
        _table.TrackedEndpoints.Should().Be(BackoffEntries);
        _limits.Rejections(NodeLimit.BackoffEntries).Should().Be(Million - BackoffEntries);
    }

    private static PeerId IdOf(int number)
    {
        byte[] id = new byte[32];
        BinaryPrimitives.WriteInt32BigEndian(id, number);
        return PeerId.Parse(Convert.ToHexStringLower(id));
    }
}
