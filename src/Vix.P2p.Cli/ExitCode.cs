namespace Vix.P2p.Cli;

/// <summary>What the exit codes mean; docs/cli.md lists them.</summary>
internal static class ExitCode
{
    /// <summary>What was asked for was done.</summary>
    public const int Ok = 0;

    /// <summary>The server answered with an error, the node could not start, or a file could not be used.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong, or the server says so of what it was sent.</summary>
    public const int Usage = 2;

    /// <summary>Nobody answers at the address, or not in time.</summary>
    public const int Unreachable = 3;

    /// <summary>The server does not let this caller in.</summary>
    public const int Refused = 4;

    /// <summary>The connection that was asked for did not come about.</summary>
    public const int NotConnected = 5;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by SIGTERM.</summary>
    public const int Terminated = 143;
}
