using Vix.P2p.Handshake;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>What each frame means on one connection. Lengths are checked before a frame gets here.</summary>
internal sealed class ConnectionFrames(
    PeerConnection connection,
    ConnectionRole role,
    IConnectionObserver observer,
    ConnectionPulse pulse,
    ConnectionWriter writer,
    IConnectionTraffic traffic)
{
    // A responder opens no record before it has sent Ready, so only an initiator waits for a first frame.
    private volatile bool _first = role == ConnectionRole.Initiator;

    /// <summary>Whether nothing but Ready or Reject may come.</summary>
    public bool AwaitsFirst => _first;

    /// <summary>Takes one frame; null when all is well, else what the protocol does not allow.</summary>
    public string? Take(FrameKind kind, ReadOnlySpan<byte> body)
    {
        if (_first)
            return TakeFirst(kind, body);
        switch (kind)
        {
            case FrameKind.Ping:
                writer.Pong(FrameCodec.ReadToken(body));
                return null;
            case FrameKind.Pong:
                pulse.PongArrived(FrameCodec.ReadToken(body));
                return null;
            case FrameKind.Close:
                connection.Close(ReasonOf((CloseCode)body[0]), code: null);
                return null;
            case FrameKind.Ready or FrameKind.Reject:
                return "a frame that has no place here";
            default:
                return traffic.Take(kind, body);
        }
    }

    /// <summary>The read loop turns to something else.</summary>
    public void Taken() => traffic.Taken();

    private string? TakeFirst(FrameKind kind, ReadOnlySpan<byte> body)
    {
        switch (kind)
        {
            case FrameKind.Ready:
                if (!Introduction.TryParse(body, out Introduction? introduction, out string? error))
                    return error;
                _first = false;
                traffic.Open(introduction);
                writer.Open();
                observer.Ready(introduction);
                return null;
            case FrameKind.Reject:
                var code = (RejectCode)body[0];
                connection.Close(ReasonOf(code), code: null);
                observer.Rejected(code);
                return null;
            default:
                return "another first frame than Ready or Reject";
        }
    }

    private static P2pReason ReasonOf(CloseCode code) => code switch
    {
        CloseCode.Normal => P2pReason.Normal,
        CloseCode.ShuttingDown => P2pReason.ShuttingDown,
        CloseCode.Duplicate => P2pReason.Duplicate,
        CloseCode.Stale => P2pReason.Stale,
        CloseCode.ProtocolError => P2pReason.ProtocolError,
        CloseCode.Overload => P2pReason.Overload,
        CloseCode.Banned => P2pReason.Banned,
        _ => P2pReason.Normal, // a later version's word for a close in good order
    };

    private static P2pReason ReasonOf(RejectCode code) => code switch
    {
        RejectCode.Full => P2pReason.RejectedFull,
        RejectCode.NotAllowed => P2pReason.RejectedNotAllowed,
        RejectCode.Duplicate => P2pReason.RejectedDuplicate,
        RejectCode.Self => P2pReason.RejectedSelf,
        RejectCode.ShuttingDown => P2pReason.RejectedShuttingDown,
        RejectCode.Incompatible => P2pReason.RejectedIncompatible,
        _ => P2pReason.RejectedUnknown,
    };
}
