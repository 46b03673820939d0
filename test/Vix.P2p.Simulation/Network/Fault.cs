namespace Vix.P2p.Simulation.Network;

/// <summary>What is done to nodes and to the network between them. How often each came is told at the end of a run.</summary>
internal enum Fault
{
    DialRefused,
    DialLost,
    AcceptFails,
    DelaySpike,
    Split,
    SlowReader,
    Pause,
    StallOneWay,
    StallBothWays,
    Cut,
    HalfClose,
    FlippedBit,
    RepeatedBytes,
    Partition,
    Heal,
    CrashWithReset,
    CrashInSilence,
    Stop,
    Restart,
    WallClockJump,
    Suspend,
    BothDial,
    DialSelf,
    WrongId,
    Disconnect,
    Ban,
    Unban,
    Forget,
}
