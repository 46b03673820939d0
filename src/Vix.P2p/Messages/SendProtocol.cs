using Vix.P2p.Connections;

namespace Vix.P2p.Messages;

/// <summary>A protocol of the other side: its number there, and the way its messages and requests go.</summary>
internal sealed class SendProtocol(string name, byte number, long credit)
{
    public string Name => name;

    public byte Number => number;

    public SendLane Lane { get; } = new(credit, SendQueue.LeastCost);

    public OutgoingFrame MessageFrame { get; } = OutgoingFrame.Message(number);
}
