using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>Keeps the lines that no fault of the network may cause, and the last of the others.</summary>
internal sealed class ChaosLog : ILoggerFactory, ILogger
{
    // Limits that faults reach, such as that of the time for a handshake; each is said once.
    private const int LimitReached = 1000;
    private const int Kept = 60;

    private readonly ConcurrentQueue<string> _recent = new();

    /// <summary>What should not be there.</summary>
    public ConcurrentQueue<LogEntry> Wrong { get; } = new();

    /// <summary>The last lines of all levels, for whoever reads of a failure.</summary>
    public IReadOnlyCollection<string> Recent => _recent;

    public ILogger CreateLogger(string categoryName) => categoryName == "Vix.P2p" ? this : NullLogger.Instance;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        _recent.Enqueue($"{TimeProvider.System.GetUtcNow():mm:ss.fff} {line}");
        if (_recent.Count > Kept)
            _recent.TryDequeue(out _);
        if ((logLevel >= LogLevel.Warning || exception is not null) && eventId.Id != LimitReached)
            Wrong.Enqueue(new LogEntry(logLevel, eventId.Id, line, exception));
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
