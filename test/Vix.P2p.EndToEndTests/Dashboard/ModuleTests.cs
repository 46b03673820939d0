using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>The modules of the page that only reckon, each by itself in the browser.</summary>
public sealed class ModuleTests : DashboardTest
{
    [SetUp]
    public async Task OpenPageAsync() => await OpenAsync(await StartAsync("alpha"));

    [Test]
    public async Task Format_Numbers_AreShortAndSteady()
    {
        (await ModuleAsync<string[]>("format", "[0, 7, 999, 999.6, 1000, 1234, 9949, 9950, 12345, 999499, 999500, 5.6e9].map(m.count)"))
            .Should().Equal("0", "7", "999", "1.0k", "1.0k", "1.2k", "9.9k", "10k", "12k", "999k", "1.0M", "5.6G");
        (await ModuleAsync<string[]>("format", "[0, 950, 1500, 2.5e6, 3e15].map(m.bytes)")).Should().Equal("0 B", "950 B", "1.5 kB", "2.5 MB", "3.0 PB");
        (await ModuleAsync<string[]>("format", "[0, 0.5, 3, 3.25, 9.97, 1500].map(m.rate)")).Should().Equal("0", "0.5", "3", "3.3", "10", "1.5k");
        (await ModuleAsync<string[]>("format", "[0, 999, 1000, 1234567].map(m.whole)")).Should().Equal("0", "999", "1,000", "1,234,567");
    }

    [Test]
    public async Task Format_Times_AreInTheirTwoLargestUnits()
    {
        (await ModuleAsync<string[]>("format", "[0, 850, 1000, 61000, 120000, 3600000, 19200000, 90000000].map(m.duration)"))
            .Should().Equal("0 ms", "850 ms", "1 s", "1 min 1 s", "2 min", "1 h", "5 h 20 min", "1 d 1 h");
        (await ModuleAsync<string[]>("format", "[-1, 0, 9999, 10000, 61000].map(m.age)")).Should().Equal("never", "just now", "just now", "10 s ago", "1 min ago");
        (await ModuleAsync<string[]>("format", "[undefined, 0, 1, 1234].map(m.roundTrip)")).Should().Equal("–", "< 1 ms", "1 ms", "1,234 ms");
        (await ModuleAsync<string[]>("format", "['nonsense', undefined].map(m.clock)")).Should().Equal("–", "–");
    }

    [Test]
    public async Task EventStream_InPiecesOfAnyLength_GivesTheSameEvents()
    {
        string[] whole = await ParseAsync("1000");

        whole.Should().Equal("status|{\"a\":1}|i-1", "message|first\nsecond|i-1", "peer|x|i-2", "reset||i-2", "last|é|");
        for (int length = 1; length <= 12; length++)
            (await ParseAsync(length.ToString(System.Globalization.CultureInfo.InvariantCulture))).Should().Equal(whole);
    }

    [Test]
    public async Task EventStream_WithALineWithoutEnd_IsGivenUp()
    {
        (await ModuleAsync<bool>("sse", "(() => { const p = new m.EventStreamParser(); try { for (let i = 0; i < 20; i++) p.push('x'.repeat(100000)); return false; } catch { return true; } })()")).Should().BeTrue();
    }

    [Test]
    public async Task Rates_OverARestart_HaveAGapAndNoPeak()
    {
        const string reading = "(instance, uptime_ms, messages_in) => ({ instance, uptime_ms, messages_in, messages_out: 0, bytes_in: 0, bytes_out: 0, peers_connected: 1, running: true })";

        (await ModuleAsync<string>("rates", $$"""
            (() => { const c = new m.StatusCurves(); const s = {{reading}};
              c.add(s('a', 1000, 0)); c.add(s('a', 3000, 100)); c.add(s('a', 3000, 100)); c.add(s('b', 500, 7)); c.add(s('b', 1500, 27)); c.gap();
              return c.messagesIn.values.map(v => v ?? 'gap').join(); })()
            """)).Should().Be("gap,50,gap,20,gap");
        (await ModuleAsync<double[]>("rates", "[m.median([3, 1, 2]), m.median([4, 1, 2, 3]), m.niceMax(0, 4), m.niceMax(5.1, 1), m.niceMax(1000, 1), m.niceMax(2001, 1)]")).Should().Equal(2, 2.5, 4, 6, 1000, 3000);
        (await ModuleAsync<int>("rates", "(() => { const c = new m.Curve(); for (let i = 0; i < 500; i++) c.add(i); return c.values.length; })()")).Should().Be(120);
        (await ModuleAsync<string>("rates", "m.curvePath([1, undefined, 1, 2], 119, 10, 2).line")).Should().Be("M116.0 5.0M118.0 5.0L119.0 0.0");
    }

    [Test]
    public async Task Store_AnEventThatIsNewerThanATable_OutlivesIt()
    {
        const string row = "(key, state) => ({ key, state, endpoint: 'tcp://h:1', last_seen_ms: 1, bytes_in: 0, bytes_out: 0, protocols: [] })";
        const string states = "[...s.entries.values()].map(e => e.key + ':' + e.row.state).join()";

        (await ModuleAsync<string[]>("store", $$"""
            (() => { const s = new m.Store(); const r = {{row}}; const seen = [];
              s.applyPeers([r('r1', 'Connecting'), r('r2', 'Connected')], 5, 2, 0); seen.push({{states}});
              s.applyEvent({ type: 'peer_connected', revision: 7, at: '', peer: r('r1', 'Connected') }, 1); seen.push({{states}});
              s.applyEvent({ type: 'peer_connecting', revision: 8, at: '', peer: r('r3', 'Connecting') }, 1);
              s.applyPeers([r('r1', 'Connecting')], 6, 1, 2); seen.push({{states}});
              s.applyPeers([r('r1', 'Connected')], 9, 1, 3); seen.push({{states}});
              s.applyEvent({ type: 'peer_disconnected', revision: 4, at: '', peer: r('r1', 'Closed') }, 4); seen.push({{states}});
              return seen; })()
            """)).Should().Equal("r1:Connecting,r2:Connected", "r1:Connected,r2:Connected", "r1:Connected,r3:Connecting", "r1:Connected", "r1:Connected");
    }

    [Test]
    public async Task Store_OfMuchThatHappens_KeepsSoMuch()
    {
        (await ModuleAsync<int[]>("store", """
            (() => { const s = new m.Store();
              for (let i = 0; i < 5000; i++) s.applyEvent({ type: 'peer_stale', revision: i, at: '', peer: { key: 'r' + i % 2, state: 'Stale', endpoint: 'tcp://h:1', bytes_in: 0, bytes_out: 0 } }, i);
              return [s.events.length, s.history('r1').length, s.history('none').length, s.entries.size]; })()
            """)).Should().Equal(500, 50, 0, 2);
    }

    [Test]
    public async Task Words_OfCodesThatThePageDoesNotKnow_AreReadable()
    {
        (await ModuleAsync<string[]>("words", "[m.reason('some_new_code'), m.error('some_new_code'), m.event('some_event'), m.advice('some_new_code'), m.reason('__proto__'), m.reason('constructor')]"))
            .Should().Equal("Some new code", "Some new code.", "Some event", "", "Proto", "Constructor");
    }

    [Test]
    public async Task Places_OfPeersThatStay_AreKept()
    {
        (await ModuleAsync<string>("map-layout", """
            (() => { const p = new m.Places(); p.update(['a', 'b', 'c']); const before = p.of('c'); p.update(['b', 'c', 'd']);
              return [before, p.of('c'), p.of('d'), p.size, m.room(3), m.room(25), m.room(5000) >= 5000].join(); })()
            """)).Should().Be("2,2,0,3,4,32,true");
        (await ModuleAsync<bool>("map-layout", "[...Array(5000).keys()].every(i => { const { x, y } = m.point(i, m.room(5000)); return x * x + y * y <= 1.0001; })")).Should().BeTrue();
    }

    [Test]
    public async Task Endpoint_AsPeopleWriteIt_IsRead()
    {
        (await ModuleAsync<string[]>("endpoint", "['node.example:1', ' tcp://127.0.0.1:9001/ ', '[2001:db8::5]:9001', 'TCP://h:65535#' + 'A'.repeat(64)].map(t => { const e = m.parseEndpoint(t); return [e.scheme, e.host, e.port, e.id?.length].join(' '); })"))
            .Should().Equal("tcp node.example 1 ", "tcp 127.0.0.1 9001 ", "tcp 2001:db8::5 9001 ", "tcp h 65535 64");
        (await ModuleAsync<bool>("endpoint", "['', ':', 'h', 'h:0', 'h:65536', 'h:1:2', 'h h:1', 'u@h:1', 'h:1/p', 'h:1?q', 'h:-1', '[::1', '://h:1', 'h:1#x'].every(t => typeof m.parseEndpoint(t).error === 'string')")).Should().BeTrue();
    }

    private Task<string[]> ParseAsync(string length) => ModuleAsync<string[]>("sse", $$"""
        (() => {
          const text = '\ufeff: hello\nevent: status\r\nid: i-1\r\ndata: {"a":1}\r\n\r\ndata:first\ndata: second\n\nevent:peer\rid:i-2\rdata: x\r\r'
            + 'event: nothing\nid: i-2\n\nevent: reset\ndata\n\n:\n\nid\nevent: last\ndata: é\n\ndata: never ends';
          const parser = new m.EventStreamParser(); const all = [];
          for (let i = 0; i < text.length; i += {{length}}) all.push(...parser.push(text.slice(i, i + {{length}})));
          return all.map(e => `${e.type}|${e.data}|${e.id}`);
        })()
        """);
}
