using System.Buffers;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>The bytes of one handshake message as they come from a stranger, with real P-256, at the side whose turn it is.</summary>
internal abstract class HandshakeMessageTarget : IFuzzTarget
{
    private protected HandshakeMessageTarget()
    {
        byte[] key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        Plain = new HandshakeSettings(NodeIdentity.CreateEphemeral(), [], "");
        Keyed = new HandshakeSettings(NodeIdentity.CreateEphemeral(), key, "");
        Other = new HandshakeSettings(NodeIdentity.CreateEphemeral(), [], "");
    }

    public abstract string Name { get; }

    public int MaxLength => HandshakeFrame.MaxFrameLength + 16;

    public abstract IEnumerable<byte[]> Seeds { get; }

    // Points of the curve and beside it, and the edges of the field.
    public IReadOnlyList<byte[]> Words { get; } =
    [
        "VIXP"u8.ToArray(), [4], [2], [3], [0], Enumerable.Repeat((byte)0, 32).ToArray(), Enumerable.Repeat((byte)0xFF, 32).ToArray(),
        Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"),
        Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFE"),
    ];

    private protected HandshakeSettings Plain { get; }

    private protected HandshakeSettings Keyed { get; }

    /// <summary>The far side of a handshake without a network key.</summary>
    private protected HandshakeSettings Other { get; }

    private protected EphemeralKeyCache Seen { get; } = new(4096);

    public abstract void Run(ReadOnlySpan<byte> input, Coverage coverage);

    public void Dispose()
    {
        foreach (HandshakeSettings settings in (HandshakeSettings[])[Plain, Keyed, Other])
        {
            settings.Identity.Dispose();
            settings.Dispose();
        }
    }

    /// <summary>What the reader of the pipe says of the start of it, whole and byte by byte: never later, never otherwise.</summary>
    private protected static void CheckLength(ReadOnlySpan<byte> input, HandshakeKind kind, bool networkKey, Coverage coverage)
    {
        byte[] bytes = input.ToArray();
        HandshakeFault whole = HandshakeFrame.TryReadLength(new ReadOnlySequence<byte>(bytes), kind, networkKey, out int total);
        coverage.Visit(((int)whole * 16) + Coverage.Size(total));
        for (int i = 0; i < Math.Min(bytes.Length, 4); i++)
        {
            HandshakeFault early = HandshakeFrame.TryReadLength(new ReadOnlySequence<byte>(bytes, 0, i), kind, networkKey, out _);
            Broken.Unless(early == HandshakeFault.None || early == whole || i < 3, "the first bytes are judged otherwise than the whole");
        }

        Broken.Unless(whole == HandshakeFault.None || total == 0, "a frame at fault has a length");
        Broken.Unless(total <= bytes.Length, "a frame is longer than what has come");
    }

    private protected static byte[] Write(Func<byte[], int> write)
    {
        byte[] frame = new byte[HandshakeFrame.MaxFrameLength];
        return frame[..write(frame)];
    }
}
