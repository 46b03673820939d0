namespace Vix.P2p.Transport.Tcp;

/// <summary>Why a wait for a socket ended.</summary>
internal enum SocketWake
{
    /// <summary>The operation ended; its own result says how.</summary>
    Completed,

    /// <summary>Somebody woke the waiter; the operation goes on.</summary>
    Interrupted,

    /// <summary>The socket was disposed before the operation could begin.</summary>
    Disposed,
}
