using Vix.P2p.Handshake;
using Vix.P2p.Records;

namespace Vix.P2p.Connections;

/// <summary>A connection that carries nothing but its own life.</summary>
internal sealed class NoTraffic : IConnectionTraffic
{
    public static readonly NoTraffic Instance = new();

    public bool HasControl => false;

    public long MessagesIn => 0;

    public long MessagesOut => 0;

    public void Open(Introduction introduction)
    {
    }

    public string? Take(FrameKind kind, ReadOnlySpan<byte> body) => kind >= FrameKind.FirstExtension ? null : "a frame that has no place here";

    public void Taken()
    {
    }

    public void Refill()
    {
    }

    public int WriteControl(Span<byte> destination) => 0;

    public void Tick()
    {
    }

    public void Closing(P2pReason reason)
    {
    }

    public void Ended()
    {
    }
}
