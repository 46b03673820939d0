using FluentAssertions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Testing;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Diagnostics;

/// <summary>Lines as a terminal or a page may show them (docs/security.md, row 16).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LogHistoryTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly LogHistory _history;

    public LogHistoryTests() => _history = new LogHistory(_clock);

    [Test]
    public void Add_PlainLine_IsKeptAsItIs()
    {
        _history.Add(LogLevel.Warning, new EventId(1414), "[p2p] grüße, 你好: 5 > 4 & \"x\" \\ <b>");

        _history.Snapshot().Should().Equal(new NodeLogLine(1, _clock.GetUtcNow(), LogLevel.Warning, 1414, "[p2p] grüße, 你好: 5 > 4 & \"x\" \\ <b>"));
    }

    [TestCase("\u001b[2J\u001b]0;title\u0007", "\\u001B[2J\\u001B]0;title\\u0007")]
    [TestCase("a\r\nb\tc\0d", "a\\u000D\\u000Ab\\u0009c\\u0000d")]
    [TestCase("\u007f\u0085\u009b31m", "\\u007F\\u0085\\u009B31m")]
    [TestCase("\u202egnp.exe\u202c", "\\u202Egnp.exe\\u202C")]
    [TestCase("\u2066a\u2069\u200e\u200f\u061c", "\\u2066a\\u2069\\u200E\\u200F\\u061C")]
    [TestCase("\u200b\u200d\ufeff\u00ad", "\\u200B\\u200D\\uFEFF\\u00AD")]
    [TestCase("a\u2028b\u2029c", "a\\u2028b\\u2029c")]
    [TestCase("\ud83d\ude00", "\\uD83D\\uDE00")]
    public void Add_WhatATerminalOrAPageWouldObey_IsShownAsWhatItIs(string text, string shown)
    {
        _history.Add(LogLevel.Information, default, text);

        _history.Snapshot()[0].Message.Should().Be(shown);
    }

    [Test]
    public void Add_HalfASurrogatePair_IsShownAsWhatItIs()
    {
        _history.Add(LogLevel.Information, default, "a" + '\ud83d' + "b");

        _history.Snapshot()[0].Message.Should().Be("a\\uD83Db");
    }

    [Test]
    public void Add_EachCharacterThereIs_LeavesNoneThatIsObeyed()
    {
        for (int c = 0; c <= char.MaxValue; c++)
            _history.Add(LogLevel.Information, default, $"x{(char)c}y");

        _history.Snapshot().Should().HaveCount(LogHistory.Capacity).And.OnlyContain(line => line.Message.All(c => !char.IsControl(c) && !char.IsSurrogate(c)));
    }

    [TestCase(1023)]
    [TestCase(1024)]
    [TestCase(1025)]
    [TestCase(10 * 1024 * 1024)]
    public void Add_LineOfAnyLength_IsCutAtItsMost(int length)
    {
        _history.Add(LogLevel.Information, default, new string('a', length));
        _history.Add(LogLevel.Information, default, new string('\u001b', length));

        _history.Snapshot()[0].Message.Should().Be(new string('a', Math.Min(length, 1024)));
        _history.Snapshot()[1].Message.Should().HaveLength(1024).And.NotContain("\u001b");
    }

    [Test]
    public void Add_LineOfTenMegabytes_IsNotKeptAlive()
    {
        WeakReference line = AddLong();

        GC.Collect();

        line.IsAlive.Should().BeFalse("what is kept is a copy of its beginning");
        _history.Snapshot()[0].Message.Should().HaveLength(1024);
    }

    [Test]
    public async Task Add_FromManyThreads_NumbersStandInOrderWithoutGaps()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 5_000; i++)
                _history.Add(LogLevel.Information, default, "line");
        }))).Soon();

        _history.Snapshot().Select(line => line.Sequence).Should().Equal(Enumerable.Range(19_001, 1_000).Select(i => (long)i));
    }

    [Test]
    public async Task Watch_FurtherBehindThanWhatIsKept_ShowsTheGapByTheNumbers()
    {
        for (int i = 0; i < LogHistory.Capacity + 10; i++)
            _history.Add(LogLevel.Information, default, "line");
        _history.Complete();

        List<long> seen = [];
        await foreach (NodeLogLine line in _history.WatchAsync(after: 3, CancellationToken.None))
            seen.Add(line.Sequence);

        seen.Should().Equal(Enumerable.Range(11, LogHistory.Capacity).Select(i => (long)i));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference AddLong()
    {
        string line = new('a', 10 * 1024 * 1024);
        _history.Add(LogLevel.Information, default, line);
        return new WeakReference(line);
    }
}
