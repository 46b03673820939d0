using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Diagnostics;

internal sealed class LimitBoardTests
{
    private static readonly NodeLimit[] All = Enum.GetValues<NodeLimit>();

    // The reserve of handles is no setting: what is to be raised is the limit of the system, and the line of the pause says so.
    private static readonly NodeLimit[] Settings = [.. All.Except([NodeLimit.HandleReserve])];

    [Test]
    public void Reject_EachLimit_NamesASettingThatExistsAndItsValue([ValueSource(nameof(Settings))] object which)
    {
        var limit = (NodeLimit)which;
        var log = new LogSink();
        var board = new LimitBoard(new P2pNodeOptions(), "P2p:Nodes:edge", log.CreateLogger("Vix.P2p"));

        for (int i = 0; i < 3; i++)
            board.Reject(limit);

        string line = log.Texts.Should().ContainSingle().Subject;
        string setting = line[line.IndexOf("P2p:Nodes:edge:", StringComparison.Ordinal)..].Split(' ')[0]["P2p:Nodes:edge:".Length..];
        Type type = typeof(P2pNodeOptions);
        foreach (string part in setting.Split(':'))
            type = type.GetProperty(part).Should().NotBeNull(setting).And.Subject.As<System.Reflection.PropertyInfo>().PropertyType;
        board.Rejections(limit).Should().Be(3);
        string name = board.Snapshot().Single(entry => entry.Value == 3).Key;
        line.Should().Contain($"{name} = {board.Values[name]};");
    }

    [Test]
    public void Values_AllLimits_AreThereUnderTheirNames()
    {
        var board = new LimitBoard(new P2pNodeOptions(), "P2p", new LogSink().CreateLogger("Vix.P2p"));

        board.Values.Should().HaveCount(All.Length);
        board.Snapshot().Keys.Should().BeEquivalentTo(board.Values.Keys);
        board.Values.Should().Contain("max_peers", 256).And.Contain("pending_handshakes", 64).And.Contain("handshake_timeout", 5000).And.Contain("send_queue_bytes", 1024 * 1024);
    }

    [Test]
    public async Task Reject_FromManyThreads_IsToldOnce()
    {
        var log = new LogSink();
        var board = new LimitBoard(new P2pNodeOptions(), "P2p", log.CreateLogger("Vix.P2p"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
                board.Reject(NodeLimit.MaxPeers);
        }))).Soon();

        board.Rejections(NodeLimit.MaxPeers).Should().Be(8000);
        log.Texts.Should().ContainSingle();
    }
}
