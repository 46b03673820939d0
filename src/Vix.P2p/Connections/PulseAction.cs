namespace Vix.P2p.Connections;

/// <summary>What a look at the clock asks for.</summary>
internal enum PulseAction
{
    None,

    /// <summary>Silent for the ping interval.</summary>
    Ping,

    /// <summary>Silent for too long.</summary>
    CloseStale,

    /// <summary>A record or frame was begun and not completed in time.</summary>
    CloseIncomplete,

    /// <summary>The peer has taken nothing of what is being sent.</summary>
    AbortStuck,
}
