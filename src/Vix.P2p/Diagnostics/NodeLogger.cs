using Microsoft.Extensions.Logging;

namespace Vix.P2p.Diagnostics;

/// <summary>The node's logger: the host's, and for Information and above what is kept and the program's own places (<c>OnLog</c>).</summary>
internal sealed class NodeLogger : ILogger
{
    /// <summary>The one category of all lines.</summary>
    public const string Category = "Vix.P2p";

    private readonly ILogger _inner;
    private readonly LogHistory _history;
    private readonly Action<string>[] _callbacks;

    public NodeLogger(ILogger inner, LogHistory history, IEnumerable<Action<string>> callbacks)
    {
        _inner = inner;
        _history = history;
        _callbacks = [.. callbacks];
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) =>
        logLevel is >= LogLevel.Information and < LogLevel.None || _inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            if (_inner.IsEnabled(logLevel))
                _inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // A provider of the host's failed; a line must not end a connection, nor the heartbeat of all.
        }

        if (logLevel is < LogLevel.Information or LogLevel.None)
            return;
        string line = formatter(state, exception);
        _history.Add(logLevel, eventId, line);
        foreach (Action<string> callback in _callbacks)
        {
            try
            {
                callback(line);
            }
            catch (Exception)
            {
                // The program's own code failed on a line; that must not end a connection.
            }
        }
    }
}
