using System.Net;
using System.Security.Cryptography;
using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The reference peer against the one in Python: two languages, two crypto libraries, one page.</summary>
[TestFixture]
public sealed class PythonPeerTests
{
    private const ulong PongsOfARekey = 65_536 + 1;

    private static readonly byte[] NetworkKey = SHA256.HashData("a network key"u8);

    [TestCase(false, "")]
    [TestCase(true, "")]
    [TestCase(false, "stäging")]
    [TestCase(true, "stäging")]
    [CancelAfter(60_000)]
    public async Task Dial_SameNetwork_PingsAndCloses(bool withKey, string name, CancellationToken cancellationToken)
    {
        using var listener = ReferencePeer.Listen(Options(withKey, name));
        using var python = PythonPeer.Start(["dial", "127.0.0.1", $"{listener.EndPoint.Port}", "--pings", "3", .. Arguments(withKey, name)]);
        using var peer = await listener.AcceptAsync(cancellationToken);

        await peer.HandshakeAsync();
        await peer.SendFrameAsync(ReferencePeerFrame.Ping, 1, 2, 3, 4, 5, 6, 7, 8);
        var close = await peer.ReadUntilAsync(ReferencePeerFrame.Close);
        peer.HalfClose();
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0, $"{result}");
        close.Body.Should().Equal(0);
        result.GetProperty("id").GetString().Should().Be(peer.RemoteId);
        result.GetProperty("remote_id").GetString().Should().Be(peer.Id);
        result.GetProperty("introduction").GetProperty("node_id").GetString().Should().Be("reference");
        result.GetProperty("pongs_received").GetInt32().Should().Be(3);
        result.GetProperty("pings_answered").GetInt32().Should().Be(1);
        peer.RemoteIntroduction!.NodeId.Should().Be("python");
    }

    [TestCase(false, "")]
    [TestCase(true, "")]
    [TestCase(false, "stäging")]
    [TestCase(true, "stäging")]
    [CancelAfter(60_000)]
    public async Task Listen_SameNetwork_AnswersUntilClosed(bool withKey, string name, CancellationToken cancellationToken)
    {
        using var python = PythonPeer.Start(["listen", "0", .. Arguments(withKey, name)]);
        var endPoint = new IPEndPoint(IPAddress.Loopback, await python.ReadPortAsync(cancellationToken));
        using var peer = await ReferencePeer.DialAsync(endPoint, Options(withKey, name), cancellationToken);
        var large = new byte[ReferencePeerFrame.MaxBody];

        await peer.HandshakeAsync();
        await peer.SendFramesAsync(new(200, large), new(ReferencePeerFrame.Ping, [8, 7, 6, 5, 4, 3, 2, 1]));
        var pong = await peer.ReadUntilAsync(ReferencePeerFrame.Pong);
        await peer.CloseAsync(1);
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0, $"{result}");
        pong.Body.Should().Equal(8, 7, 6, 5, 4, 3, 2, 1);
        result.GetProperty("id").GetString().Should().Be(peer.RemoteId);
        result.GetProperty("remote_id").GetString().Should().Be(peer.Id);
        result.GetProperty("pings_answered").GetInt32().Should().Be(1);
        result.GetProperty("ended").GetString().Should().Be("ShuttingDown");
        peer.RemoteIntroduction!.ListenPort.Should().Be(endPoint.Port);
    }

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(120_000)]
    public async Task Dial_PastTheRekey_BothDirectionsGoOn(bool withKey, CancellationToken cancellationToken)
    {
        using var listener = ReferencePeer.Listen(Options(withKey));
        using var python = PythonPeer.Start(["dial", "127.0.0.1", $"{listener.EndPoint.Port}", "--rekey", .. Arguments(withKey)]);
        using var peer = await listener.AcceptAsync(cancellationToken);

        await peer.HandshakeAsync();
        await peer.ReadUntilAsync(ReferencePeerFrame.Close);
        peer.HalfClose();
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0, $"{result}");
        result.GetProperty("rekeyed").ToString().Should().Be("""{"sent": 1, "received": 1}""");
        peer.RecordsReceived.Should().Be(PongsOfARekey + 1, "the pings and Close");
    }

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(120_000)]
    public async Task Listen_PastTheRekey_BothDirectionsGoOn(bool withKey, CancellationToken cancellationToken)
    {
        using var python = PythonPeer.Start(["listen", "0", "--rekey", .. Arguments(withKey)]);
        var endPoint = new IPEndPoint(IPAddress.Loopback, await python.ReadPortAsync(cancellationToken));
        using var peer = await ReferencePeer.DialAsync(endPoint, Options(withKey), cancellationToken);

        await peer.HandshakeAsync();
        while (peer.RecordsSent < PongsOfARekey)
        {
            var ping = await peer.ReadFrameAsync();
            await peer.SendFrameAsync(ReferencePeerFrame.Pong, ping!.Body);
        }

        await peer.CloseAsync();
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        exitCode.Should().Be(0, $"{result}");
        result.GetProperty("rekeyed").ToString().Should().Be("""{"sent": 1, "received": 1}""");
    }

    [TestCase(true, "", "a tag is wrong at counter 0", TestName = "Listen_OtherNetworkKey_RefusesAtHello")]
    [TestCase(false, "", "message 1 has length 75", TestName = "Listen_NoNetworkKey_RefusesAtHello")]
    [CancelAfter(60_000)]
    public async Task Listen_AnotherNetwork_RefusesAtHello(bool withKey, string name, string error, CancellationToken cancellationToken)
    {
        using var python = PythonPeer.Start("listen", "0", "--network-key", Convert.ToBase64String(new byte[32]));
        var endPoint = new IPEndPoint(IPAddress.Loopback, await python.ReadPortAsync(cancellationToken));
        using var peer = await ReferencePeer.DialAsync(endPoint, Options(withKey, name), cancellationToken);

        await peer.SendHelloAsync();
        var answered = await peer.WaitForCloseAsync();
        var (exitCode, result) = await python.ReadResultAsync(cancellationToken);

        answered.Should().Be(0);
        exitCode.Should().Be(1);
        result.GetProperty("error").GetString().Should().Be(error);
    }

    private static ReferencePeerOptions Options(bool withKey, string name = "") => new()
    {
        NetworkKey = withKey ? NetworkKey : null,
        NetworkName = name,
        Deadline = TimeSpan.FromMinutes(1),
    };

    private static string[] Arguments(bool withKey, string name = "") =>
        ["--network-name", name, .. withKey ? new[] { "--network-key", Convert.ToBase64String(NetworkKey) } : []];
}
