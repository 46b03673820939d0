namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>What the network does to a connection.</summary>
internal enum ChaosKind
{
    /// <summary>Bytes of one way come later; the connection goes on.</summary>
    Delay,

    /// <summary>Bytes of one way come one by one; the connection goes on.</summary>
    Slices,

    /// <summary>Bytes of one way are taken and come to nobody any more.</summary>
    Stall,

    /// <summary>Bytes of one way are not even taken any more, so that its sender's window fills.</summary>
    Clog,

    /// <summary>Both ends get a reset.</summary>
    Reset,

    /// <summary>The sender of the bytes gets a reset, and the other end hears nothing at all.</summary>
    ResetSender,

    /// <summary>Whom the bytes are for gets a reset, and the sender hears nothing at all.</summary>
    ResetReceiver,

    /// <summary>One way ends in good order, in the middle of whatever was under way; the other way goes on.</summary>
    HalfClose,

    /// <summary>Both ways end in good order.</summary>
    Cut,
}
