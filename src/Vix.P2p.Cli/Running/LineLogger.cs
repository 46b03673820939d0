using Microsoft.Extensions.Logging;
using Spectre.Console;
using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli.Running;

/// <summary>The lines of one category.</summary>
internal sealed class LineLogger : ILogger
{
    private readonly CliContext _context;
    private readonly Lock _gate;
    private readonly string _category;

    public LineLogger(CliContext context, Lock gate, string category)
    {
        _context = context;
        _gate = gate;
        // The node's own lines say where they come from.
        _category = category == "Vix.P2p" ? "" : $"{category}: ";
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Look look = _context.Notes.Look;
        Paragraph line = new();
        line.Append(Units.Instant(_context.Time.GetUtcNow().UtcDateTime), look.Label);
        line.Append($"  {logLevel,-11}  ", look.Level(logLevel.ToString()));
        line.Append(_category + SafeText.Of(formatter(state, exception)));
        lock (_gate)
        {
            _context.Notes.WriteLine(line);
            // A stack has lines of its own, which a terminal may have as they are.
            if (exception is not null)
                _context.Note(string.Join(Environment.NewLine, exception.ToString().Split('\n').Select(text => SafeText.Of(text.TrimEnd('\r')))));
        }
    }
}
