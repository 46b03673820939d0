using Microsoft.Extensions.Logging;

namespace Vix.P2p.Soak.Hub;

/// <summary>Counts what the node itself calls an error, but for handlers that throw because they were asked to.</summary>
internal sealed class ErrorLog(Counters counters) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel) || exception is SoakException)
            return;
        if (exception is not null)
            counters.Failed(formatter(state, exception), exception);
        else
            counters.Failed("the node's log", new InvalidOperationException(formatter(state, exception)));
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
