using Microsoft.Extensions.Logging;
using Vix.P2p.Simulation.Running;

namespace Vix.P2p.Simulation.Nodes;

/// <summary>Reads along what a node logs: the lines that say a defect of the library break a run.</summary>
internal sealed class SimLog(World world, string name) : ILoggerFactory, ILogger
{
    private static readonly int[] Defects = [1104, 1108, 1413];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => world.Scheduler.Trace.IsRead || logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (world.Scheduler.Trace.IsRead)
            world.Scheduler.Trace.Show(world.Scheduler.Now, $"{name} {formatter(state, exception)}");
        if (Defects.Contains(eventId.Id))
            world.Break($"{name} logs a defect: {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
