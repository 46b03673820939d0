using System.Net.Sockets;

namespace Vix.P2p.Transport.Tcp;

/// <summary>What the system's words are in ours.</summary>
internal static class SocketErrors
{
    public static IOException ToIOException(SocketError error)
    {
        SocketException cause = new((int)error);
        return new IOException(
            error == SocketError.ConnectionReset ? "The peer reset the connection." : $"The connection failed: {cause.Message}",
            cause);
    }

    /// <summary>The system's words alone: what a socket throws repeats the address in them.</summary>
    public static string Describe(SocketError error) => new SocketException((int)error).Message;

    public static P2pReason ToDialReason(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => P2pReason.ConnectionRefused,
        SocketError.TimedOut => P2pReason.ConnectTimeout,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown
            or SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported => P2pReason.Unreachable,
        _ when IsExhaustion(error) => P2pReason.Overload,
        _ => P2pReason.TransportFailed,
    };

    /// <summary>
    /// An error of one newcomer or of its way, which the next accept need not meet (accept(2), "Error handling"), is
    /// TransportFailed. Everything else is Overload: .NET has no name for each error of a system that is out of memory.
    /// </summary>
    public static P2pReason ToAcceptReason(SocketError error) => error switch
    {
        SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.TimedOut
            or SocketError.NetworkDown or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.HostUnreachable
            or SocketError.ProtocolNotSupported or SocketError.ProtocolOption or SocketError.OperationNotSupported
            or SocketError.AccessDenied => P2pReason.TransportFailed,
        _ => P2pReason.Overload,
    };

    // EMFILE and ENFILE; ENOBUFS.
    private static bool IsExhaustion(SocketError error) => error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable;
}
