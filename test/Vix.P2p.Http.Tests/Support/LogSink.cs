using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>Keeps every log line with its level and exception.</summary>
internal sealed class LogSink : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Category, LogLevel Level, EventId Id, string Text)> _lines = new();

    public IReadOnlyCollection<(string Category, LogLevel Level, EventId Id, string Text)> Lines => _lines;

    public IEnumerable<string> Own(LogLevel level) =>
        _lines.Where(line => line.Category.StartsWith("Vix.P2p", StringComparison.Ordinal) && line.Level == level).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogSink sink, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string text = $"{formatter(state, exception)} {exception}";
            SecretWatch.Look($"a line of {category}", text);
            sink._lines.Enqueue((category, logLevel, eventId, text));
        }
    }
}
