using Microsoft.Extensions.Logging;

namespace Vix.P2p.Cli.Running;

/// <summary>Logs to standard error, one line each.</summary>
internal sealed class LineLoggerProvider : ILoggerProvider
{
    private readonly CliContext _context;
    private readonly Lock _gate = new();

    public LineLoggerProvider(CliContext context) => _context = context;

    public ILogger CreateLogger(string categoryName) => new LineLogger(_context, _gate, categoryName);

    public void Dispose()
    {
    }
}
