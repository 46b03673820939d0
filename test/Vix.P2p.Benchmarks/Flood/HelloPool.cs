using System.Security.Cryptography;
using Vix.P2p.Handshake;

namespace Vix.P2p.Benchmarks.Flood;

/// <summary>Hellos that are made before the flood begins: twice as many as a node remembers keys, so each is new to it.</summary>
internal sealed class HelloPool
{
    private const int Count = 8192;

    private readonly byte[][] _hellos = new byte[Count][];
    private int _next;

    /// <param name="networkKey">Whether they are of a network with a key, which is not the node's.</param>
    public HelloPool(bool networkKey)
    {
        using NodeIdentity identity = NodeIdentity.CreateEphemeral();
        using HandshakeSettings settings = new(identity, networkKey ? RandomNumberGenerator.GetBytes(HandshakeSettings.NetworkKeyLength) : [], "");
        byte[] frame = new byte[HandshakeFrame.MaxFrameLength];
        for (int i = 0; i < Count; i++)
        {
            using HandshakeInitiator initiator = new(settings);
            _hellos[i] = frame[..initiator.WriteHello(frame)];
        }
    }

    public byte[] Next() => _hellos[_next++ % Count];
}
