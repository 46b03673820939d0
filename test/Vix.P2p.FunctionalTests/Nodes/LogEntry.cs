using Microsoft.Extensions.Logging;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>One line that a node logged.</summary>
internal sealed record LogEntry(LogLevel Level, int Event, string Message, Exception? Exception);
