using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Peers;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Peers.Queries;

namespace Vix.P2p.Tests.Peers;

internal sealed class PeerRowsTests
{
    private readonly PeerRows _rows = new(closedCapacity: 0, new ManualTimeProvider());

    [Test]
    public void Set_RowThatWasForgotten_DoesNotStandForThePeersPresentOne()
    {
        PeerRow forgotten = _rows.Add(RowTable.State(PeerState.Closed, peer: "b"));
        _rows.Trim(TimeSpan.FromMinutes(5), _ => { });
        PeerRow present = _rows.Add(RowTable.State(PeerState.Connected, peer: "b"));

        _rows.Set(forgotten, forgotten.State);
        _rows.Trim(TimeSpan.FromMinutes(5), _ => { });

        _rows.Find(RowTable.IdOf("b")).Should().BeSameAs(present);
        _rows.Collect().Should().Equal(present);
    }
}
