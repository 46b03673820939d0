using Microsoft.Extensions.Logging;

namespace Vix.P2p;

/// <summary>One of the node's log lines at Information or above.</summary>
/// <param name="Sequence">Its number: 1 for the node's first line, and no number is left out.</param>
/// <param name="At">When, by the wall clock in UTC.</param>
/// <param name="Level">How serious it is.</param>
/// <param name="EventId">Names the kind of line; docs/architecture.md lists them.</param>
/// <param name="Message">
/// The line: at most 1,024 characters, and what could steer a terminal is written as <c>\u001B</c>.
/// </param>
public sealed record NodeLogLine(long Sequence, DateTimeOffset At, LogLevel Level, int EventId, string Message);
