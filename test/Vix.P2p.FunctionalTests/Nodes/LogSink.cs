using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>Keeps every line of a node, at all levels, and those of OnLog.</summary>
internal sealed class LogSink : ILoggerFactory, ILogger
{
    // A limit's first rejection, and a listener that anybody reaches: the two that a healthy node may warn of.
    private static readonly int[] ExpectedWarnings = [1000, 1102];

    private readonly ConcurrentQueue<LogEntry> _entries = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentBag<int> _expected = [.. ExpectedWarnings];

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    /// <summary>What OnLog was given.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Lets a line pass that the test's own application has caused.</summary>
    public void Expect(int logEvent) => _expected.Add(logEvent);

    public void AddLine(string line) => _lines.Enqueue(line);

    /// <summary>No peer made the node log an exception, an error or anything that a terminal would obey.</summary>
    public void ShouldBeClean()
    {
        Entries.Where(entry => entry.Level > LogLevel.Debug && entry.Exception is not null && !_expected.Contains(entry.Event)).Should().BeEmpty();
        Entries.Where(entry => entry.Level >= LogLevel.Warning && !_expected.Contains(entry.Event)).Should().BeEmpty();
        Entries.Select(entry => entry.Message).Concat(Lines)
            .Where(line => line.Length > 600 || line.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            .Should().BeEmpty();
    }

    // A node has one category; what a host logs besides is not its concern.
    public ILogger CreateLogger(string categoryName) => categoryName == "Vix.P2p" ? this : NullLogger.Instance;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue(new LogEntry(logLevel, eventId.Id, formatter(state, exception), exception));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
