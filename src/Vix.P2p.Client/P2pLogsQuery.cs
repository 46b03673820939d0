namespace Vix.P2p.Client;

/// <summary>Which log lines are asked for. What is null is left to the server.</summary>
public sealed record P2pLogsQuery
{
    /// <summary>How many of the last lines at most, 1 to 1,000; the server's default is 1,000.</summary>
    public int? Lines { get; init; }

    /// <summary>Lines after this number: <c>Seq</c> of the last line seen.</summary>
    public long? After { get; init; }

    /// <summary>The lowest level: <c>Information</c>, <c>Warning</c>, <c>Error</c> or <c>Critical</c>.</summary>
    public string? Level { get; init; }
}
