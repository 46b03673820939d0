using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>One side of a handshake, with keys that follow from its name.</summary>
internal sealed class Side : IDisposable
{
    private readonly FixedDh _dh;

    /// <param name="inner">What does the work.</param>
    /// <param name="keyOf">Makes a key of a name.</param>
    /// <param name="name">Whose static key it has.</param>
    /// <param name="session">What tells its ephemeral key from those of its other handshakes.</param>
    /// <param name="networkKey">Empty, or 32 bytes.</param>
    /// <param name="network">The network's name.</param>
    public Side(INoiseDh inner, Func<string, INoiseKeyPair> keyOf, string name, string session, byte[] networkKey, string network = "")
    {
        _dh = new FixedDh(inner, keyOf(name), keyOf(name + session));
        Settings = new HandshakeSettings(new NodeIdentity(_dh, _dh.Identity), networkKey, network);
    }

    public HandshakeSettings Settings { get; }

    public byte[] Ephemeral => _dh.Ephemeral.ToArray();

    public byte[] Static => _dh.Identity.PublicKey.ToArray();

    /// <summary>Makes this side once more, for another handshake.</summary>
    public Func<string, Side>? Remake { get; init; }

    public static byte[] Write(Func<byte[], int> write)
    {
        byte[] frame = new byte[HandshakeFrame.MaxFrameLength];
        return frame[..write(frame)];
    }

    /// <summary>Lets its static key say from now on that it is another: whoever holds it can prove all else.</summary>
    public Side Claim(byte[] publicKey)
    {
        _dh.Claim(publicKey);
        return this;
    }

    /// <summary>All three messages between this side and another one; less where one is refused.</summary>
    /// <param name="listener">The other side.</param>
    /// <param name="introduction">What Finish says.</param>
    /// <param name="claimed">What the static key of this side says in Finish that it is; null for the truth.</param>
    public byte[][] Record(Side listener, byte[] introduction, byte[]? claimed = null)
    {
        using var initiator = new HandshakeInitiator(Settings);
        using var responder = new HandshakeResponder(listener.Settings, new EphemeralKeyCache(0));
        byte[] hello = Write(frame => initiator.WriteHello(frame));
        if (responder.ReadHello(hello) != HandshakeFault.None)
            return [hello];
        byte[] ack = Write(frame => responder.WriteAck(frame));
        if (initiator.ReadAck(ack) != HandshakeFault.None)
            return [hello, ack];
        if (claimed is not null)
            Claim(claimed);
        return [hello, ack, Write(frame => initiator.WriteFinish(introduction, frame))];
    }

    public void Dispose()
    {
        Settings.Dispose();
        _dh.Dispose();
    }
}
