using Spectre.Console;

namespace Vix.P2p.Cli.Output;

/// <summary>How things look: colours say nothing that the words beside them do not say.</summary>
internal sealed class Look
{
    private readonly bool _colour;

    private Look(bool colour) => _colour = colour;

    public static Look Plain { get; } = new(colour: false);

    public static Look Coloured { get; } = new(colour: true);

    public Style Title => Of(new Style(decoration: Decoration.Bold));

    public Style Label => Of(new Style(Color.Grey));

    public Style Good => Of(new Style(Color.Green));

    public Style Warning => Of(new Style(Color.Yellow));

    public Style Bad => Of(new Style(Color.Red));

    /// <summary>The look of a peer's or an attempt's state.</summary>
    public Style State(string state) => state switch
    {
        "Connected" or "Running" => Good,
        "Stale" or "Connecting" or "Handshaking" or "Starting" or "Stopping" => Warning,
        "Failed" or "Disconnected" => Bad,
        _ => Label,
    };

    /// <summary>The look of a log line's level.</summary>
    public Style Level(string level) => level switch
    {
        "Warning" => Warning,
        "Error" or "Critical" => Bad,
        _ => Label,
    };

    private Style Of(Style style) => _colour ? style : Style.Plain;
}
