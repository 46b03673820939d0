using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Tests.Testing;

/// <summary>Keeps every line that is logged, of every level, with its category.</summary>
internal sealed class LogSink : ILoggerFactory, ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    /// <summary>Runs at each line, in the place that logs it.</summary>
    public Action<LogLine> OnLine { get; set; } = _ => { };

    public IReadOnlyList<LogLine> Lines => [.. _lines];

    public IEnumerable<string> Texts => Lines.Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Sink(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Sink(LogSink owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = new LogLine(category, logLevel, eventId.Id, formatter(state, exception), exception);
            owner._lines.Enqueue(line);
            owner.OnLine(line);
        }
    }
}
