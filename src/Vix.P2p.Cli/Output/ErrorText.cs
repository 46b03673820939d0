using Vix.P2p.Contracts;

namespace Vix.P2p.Cli.Output;

/// <summary>The last thing that went wrong, in one line.</summary>
internal static class ErrorText
{
    private const int MaxMessage = 300;

    public static Cell Of(P2pErrorInfo error, Look look)
    {
        string where = error.Endpoint is null ? "" : $", {SafeText.Of(error.Endpoint)}";
        return new Cell($"{SafeText.Of(error.Code)}: {SafeText.Of(error.Message, MaxMessage)} ({Units.Instant(error.At)}{where})", look.Bad);
    }
}
