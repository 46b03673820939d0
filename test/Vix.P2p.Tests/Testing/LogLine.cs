using Microsoft.Extensions.Logging;

namespace Vix.P2p.Tests.Testing;

internal sealed record LogLine(string Category, LogLevel Level, int Id, string Text, Exception? Exception);
