using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>The handshake's calls with arrays of their own.</summary>
internal static class HandshakeExtensions
{
    public static byte[] Hello(this HandshakeInitiator initiator) => Frame(frame => initiator.WriteHello(frame));

    public static byte[] Ack(this HandshakeResponder responder) => Frame(frame => responder.WriteAck(frame));

    public static byte[] Finish(this HandshakeInitiator initiator, byte[] introduction) => Frame(frame => initiator.WriteFinish(introduction, frame));

    public static HandshakeFault ReadFinish(this HandshakeResponder responder, byte[] frame) => responder.ReadFinish(frame, out _);

    public static HandshakeFault ReadFinish(this HandshakeResponder responder, byte[] frame, out byte[] introduction)
    {
        byte[] buffer = new byte[Introduction.MaxLength];
        HandshakeFault fault = responder.ReadFinish(frame, buffer, out int length);
        introduction = buffer[..length];
        return fault;
    }

    /// <summary>Runs a whole handshake of two that are honest and returns its three frames.</summary>
    public static (byte[] Hello, byte[] Ack, byte[] Finish) Record(TestNode dialler, TestNode listener, byte[] introduction)
    {
        using HandshakeInitiator initiator = dialler.Dial();
        using HandshakeResponder responder = listener.Accept();
        byte[] hello = initiator.Hello();
        responder.ReadHello(hello).MustBeNone();
        byte[] ack = responder.Ack();
        initiator.ReadAck(ack).MustBeNone();
        byte[] finish = initiator.Finish(introduction);
        responder.ReadFinish(finish).MustBeNone();
        return (hello, ack, finish);
    }

    public static void MustBeNone(this HandshakeFault fault)
    {
        if (fault != HandshakeFault.None)
            throw new InvalidOperationException($"An honest handshake failed: {fault}.");
    }

    private static byte[] Frame(Func<byte[], int> write)
    {
        byte[] frame = new byte[HandshakeFrame.MaxFrameLength];
        return frame[..write(frame)];
    }
}
