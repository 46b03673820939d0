using Spectre.Console;
using Spectre.Console.Rendering;
using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>One line of a node's log.</summary>
internal static class LogView
{
    private const int LevelWidth = 11;

    public static IRenderable Create(P2pLogLine line, Look look)
    {
        Paragraph text = new();
        text.Append(Units.Instant(line.At), look.Label);
        text.Append($"  {SafeText.Of(line.Level, 20).PadRight(LevelWidth)}  ", look.Level(line.Level));
        text.Append($"{Units.Count(line.EventId),4}  ", look.Label);
        text.Append(SafeText.Of(line.Message));
        return text;
    }
}
