using Microsoft.Extensions.Logging;
using Vix.P2p.Simulation.Running;

namespace Vix.P2p.Simulation.Nodes;

/// <summary>Reads along what a node logs: the lines that say a defect of the library break a run, and what ends is counted.</summary>
internal sealed class SimLog(World world, string name) : ILoggerFactory, ILogger
{
    private const int Closing = 1203;

    private const int Failed = 1409;

    private const int Rejected = 1410;

    private static readonly int[] Defects = [1104, 1108, 1413];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (world.Scheduler.Trace.IsRead)
            world.Scheduler.Trace.Show(world.Scheduler.Now, $"{name} {formatter(state, exception)}");
        if (eventId.Id is Closing or Rejected or Failed && state is IReadOnlyList<KeyValuePair<string, object?>> values)
            world.Tally.Count(eventId.Id switch { Closing => "close", Rejected => "reject", _ => "inbound" }, ReasonOf(values));
        if (Defects.Contains(eventId.Id))
            world.Break($"{name} logs a defect: {formatter(state, exception)} {exception}");
    }

    private static string ReasonOf(IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        foreach ((string key, object? value) in values)
        {
            if (key == "Reason")
                return (string)value!;
        }

        return "";
    }

    public void Dispose()
    {
    }
}
