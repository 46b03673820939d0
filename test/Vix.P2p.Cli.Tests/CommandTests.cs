namespace Vix.P2p.Cli.Tests;

/// <summary>What each command shows and what it asks the node for. docs/cli.md has the whole outputs.</summary>
public sealed class CommandTests
{
    private ControlHost _host = null!;

    [SetUp]
    public async Task StartAsync() => _host = await ControlHost.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCase("status", "/p2p/status")]
    [TestCase("peers", "/p2p/peers")]
    [TestCase("peer r12", "/p2p/peers/r12")]
    [TestCase("attempts", "/p2p/attempts")]
    [TestCase("attempts a1b2c3d4e5f60718", "/p2p/attempts/a1b2c3d4e5f60718")]
    [TestCase("persistent", "/p2p/persistent")]
    [TestCase("bans", "/p2p/bans")]
    [TestCase("ping", "/p2p/ping")]
    public async Task ReadingCommand_WithJson_WritesTheServersBody(string command, string path)
    {
        using HttpClient http = _host.NewClient();
        string body = await http.GetStringAsync(path);

        CliResult result = await _host.RunAsync([.. command.Split(' '), "--json"]);

        result.Should().Be(new CliResult(ExitCode.Ok, body + "\n", ""));
    }

    [Test]
    public async Task Status_OfANode_ShowsWhatMatters()
    {
        CliResult result = await _host.RunAsync("status");

        result.Code.Should().Be(ExitCode.Ok);
        result.Lines.Should().Contain(line => line.StartsWith("node ") && line.EndsWith(" alpha"))
            .And.Contain(line => line.StartsWith("peers ") && line.EndsWith("1 of 3 connected (1 Handshaking, 1 Connected, 1 Disconnected)"))
            .And.Contain(line => line.StartsWith("limits hit ") && line.EndsWith("2 pending_handshakes, 1 requests_per_peer"))
            .And.Contain(line => line.StartsWith("last error ") && line.Contains("connection_refused: Nobody listens there."));
        result.Lines.Should().OnlyContain(line => line.TrimEnd() == line, "nothing is filled up at the end");
    }

    [Test]
    public async Task Peers_InAPipe_AreOneLineEachUnderTheirHeadings()
    {
        CliResult result = await _host.RunAsync("peers");

        result.Lines.Should().HaveCount(4);
        result.Lines[0].Should().MatchRegex("^KEY +STATE +NODE +ENDPOINT +DIRECTION +RTT +SEEN +IN +OUT +ID +WHY$");
        result.Lines[1].Should().MatchRegex("^r12 +Connected +beta +tcp://127.0.0.1:9002 +outbound +3 ms +1.2 s +8.0 KiB +7.7 KiB +a3f1c5d7e902$");
        result.Lines[2].Should().EndWith("lost, connection_refused, next dial in 2.7 s");
    }

    [Test]
    public async Task Peers_Long_ShowsWholeIds()
    {
        CliResult result = await _host.RunAsync("peers", "--long");

        result.Out.Should().Contain(SampleData.PeerId1.ToString());
    }

    [Test]
    public async Task Peers_WithFilters_SendsThem()
    {
        _host.Node.OnQuery = _ => new PeerPage(17, 3, 0, [], null);

        CliResult result = await _host.RunAsync("peers", "--state", "connected", "--state", "Stale", "--direction", "outbound", "--protocol", "chat/1", "--search", "bet a", "--sort", "rtt", "--order", "desc", "--limit", "5");

        result.Should().Be(new CliResult(ExitCode.Ok, "None of 3 peers matches.\n", ""));
        _host.Node.Queries.Should().ContainSingle().Which.Should().BeEquivalentTo(new PeerQuery
        {
            States = [PeerState.Connected, PeerState.Stale],
            Direction = PeerDirection.Outbound,
            Text = "bet a",
            Protocol = "chat/1",
            Sort = PeerSort.Rtt,
            Descending = true,
            Limit = 5,
        });
    }

    [Test]
    public async Task Peers_ThatAreMoreThanAPage_SaysHowToGoOn()
    {
        CliResult first = await _host.RunAsync("peers", "--limit", "2");
        string cursor = first.Error.Trim().Split(' ')[^1];
        CliResult second = await _host.RunAsync("peers", "--limit", "2", "--cursor", cursor);

        first.Error.Should().StartWith("2 of 3 peers are shown; the next ones: --cursor ");
        first.Lines.Should().HaveCount(3);
        second.Lines.Should().HaveCount(2);
        second.Error.Should().BeEmpty();
    }

    [Test]
    public async Task Peers_OfANodeWithoutAny_SaysSo()
    {
        _host.Node.Peers = new PeerList(1, []);

        (await _host.RunAsync("peers")).Should().Be(new CliResult(ExitCode.Ok, "No peers.\n", ""));
    }

    [Test]
    public async Task Peer_ByItsIdOrKey_ShowsTheWholeRow()
    {
        CliResult byKey = await _host.RunAsync("peer", "r13");
        CliResult byId = await _host.RunAsync("peer", SampleData.PeerId1.ToString());

        byKey.Out.Should().Contain("not proven yet").And.Contain("lost, connection_refused, next dial in 2.7 s").And.Contain("Nobody listens there.");
        byId.Out.Should().Contain("chat/1, files/2").And.Contain("3 ms, best 1 ms");
    }

    [Test]
    public async Task Peer_ThatIsNotThere_EndsWithTheServersHint()
    {
        CliResult result = await _host.RunAsync("peer", "r99");

        result.Code.Should().Be(ExitCode.Failed);
        result.Out.Should().BeEmpty();
        result.Error.Should().StartWith("error: peer_not_found: ").And.Contain("GET the list of peers");
    }

    [Test]
    public async Task Peer_ThatIsNotThereWithJson_WritesTheErrorBodyToo()
    {
        CliResult result = await _host.RunAsync("peer", "r99", "--json");

        result.Code.Should().Be(ExitCode.Failed);
        result.Out.Should().StartWith("""{"ok":false,"error":"peer_not_found" """.TrimEnd());
    }

    [Test]
    public async Task Disconnect_ByIdOrEndpoint_DisconnectsThatPeer()
    {
        CliResult byKey = await _host.RunAsync("disconnect", "r12");
        CliResult byEndpoint = await _host.RunAsync("disconnect", "192.0.2.7:9001");

        byKey.Should().Be(new CliResult(ExitCode.Ok, $"disconnected tcp://127.0.0.1:9002 ({SampleData.PeerId1})\n", ""));
        byEndpoint.Out.Should().Be("disconnected tcp://192.0.2.7:9001 (r13)\n");
        _host.Node.Disconnects.Should().Equal(SampleData.PeerId1.ToString(), "tcp://192.0.2.7:9001");
    }

    [Test]
    public async Task Ban_OfAPeer_BansItForSoLong()
    {
        _host.Node.Bans.Clear();

        CliResult result = await _host.RunAsync("ban", "r12", "--for", "90m");

        result.Should().Be(new CliResult(ExitCode.Ok, $"banned {SampleData.PeerId1} until 2026-03-14T10:56:53.589Z\n", ""));
        _host.Node.Bans.Should().ContainSingle().Which.Duration.Should().Be(TimeSpan.FromMinutes(90));
    }

    [Test]
    public async Task Unban_OfABannedPeer_EndsTheBan()
    {
        string id = SampleData.Banned.Id.ToString();

        CliResult done = await _host.RunAsync("unban", id);
        CliResult again = await _host.RunAsync("unban", id);

        done.Should().Be(new CliResult(ExitCode.Ok, $"no longer banned: {id}\n", ""));
        again.Code.Should().Be(ExitCode.Failed);
        (await _host.RunAsync("bans")).Out.Should().Be("No bans.\n");
    }

    [Test]
    public async Task Persistent_AddAndRemove_ChangeWhatIsKept()
    {
        CliResult added = await _host.RunAsync("persistent", "add", $"node.example:9001#{SampleData.PeerId1}");
        CliResult removed = await _host.RunAsync("persistent", "remove", "tcp://192.0.2.7:9001");

        added.Should().Be(new CliResult(ExitCode.Ok, "kept connected: tcp://node.example:9001 (Connecting)\n", ""));
        (PeerEndpoint endpoint, ConnectOptions options) = _host.Node.Connects.Should().ContainSingle().Subject;
        endpoint.ToString().Should().Be("tcp://node.example:9001");
        options.Persistent.Should().BeTrue();
        options.ExpectedId.Should().Be(SampleData.PeerId1);
        removed.Out.Should().Be("no longer kept connected: tcp://192.0.2.7:9001\n");
    }

    [Test]
    public async Task Attempts_OfOneDial_ShowsWhyItFailed()
    {
        CliResult result = await _host.RunAsync("attempts", SampleData.Refused.Id);

        result.Out.Should().Contain("connection_refused").And.Contain("Nobody listens there.").And.Contain("tcp://192.0.2.7:9001");
    }

    [Test]
    public async Task Ping_ThatIsAnswered_SaysHowLongItTook()
    {
        (await _host.RunAsync("ping")).Out.Should().MatchRegex(@"^http://127\.0\.0\.1:5180/p2p answers in \d+\.\d ms\n$");
    }
}
