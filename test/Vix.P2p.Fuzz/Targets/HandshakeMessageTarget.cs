using System.Buffers;
using System.Numerics;
using Vix.P2p.Connections;
using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>The bytes of one handshake message as they come from a stranger, with real P-256, at the side whose turn it is.</summary>
internal abstract class HandshakeMessageTarget : IFuzzTarget
{
    // More than a Hello and an Ack are, as the limit of a pending handshake is more than each message.
    private const int HeldAtMost = 512;

    private const int ReaderState = 1000;
    private const int FaultState = 2000;

    // A message has three buffers of at most 4 KiB and the state of a handshake; a claimed length must add nothing.
    private const int Allocated = 128 * 1024;

    private static readonly string[] Faults = Enum.GetNames<HandshakeFault>();
    private static readonly BigInteger Prime = Number(Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"));
    private static readonly BigInteger B = Number(Convert.FromHexString("5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B"));

    private readonly List<Side> _sides = [];

    private protected HandshakeMessageTarget()
    {
        NetworkKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        Introduction = new IntroductionTarget().Seeds.First();
        Networks = [new Network(NewSide("dialler"), NewSide("listener")), new Network(NewSide("dialler", keyed: true), NewSide("listener", keyed: true))];
        Words =
        [
            // Points of the curve and beside it, and the edges of the field.
            "VIXP2P"u8.ToArray(), [4], [2], [3], [0], Enumerable.Repeat((byte)0, 32).ToArray(), Enumerable.Repeat((byte)0xFF, 32).ToArray(),
            Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"),
            Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFE"),
            Networks[0].Dialler.Ephemeral, Networks[0].Listener.Ephemeral, Networks[0].Dialler.Static, Networks[0].Listener.Static,
        ];
    }

    public abstract string Name { get; }

    public virtual int MaxLength => HeldAtMost + 128;

    public abstract IEnumerable<byte[]> Seeds { get; }

    public IReadOnlyList<byte[]> Words { get; }

    public abstract IReadOnlyCollection<string> Outcomes { get; }

    /// <summary>One without a network key, one with it.</summary>
    private protected Network[] Networks { get; }

    private protected byte[] NetworkKey { get; }

    private protected byte[] Introduction { get; }

    /// <summary>A static key that is no point of the curve.</summary>
    private protected byte[] OffTheCurve
    {
        get
        {
            byte[] point = Networks[0].Listener.Static;
            point[^1] ^= 1;
            return point;
        }
    }

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        byte[] bytes = input.ToArray();
        for (int i = 0; i < Networks.Length; i++)
        {
            CheckReading(bytes, i > 0, coverage);
            long before = GC.GetAllocatedBytesForCurrentThread();
            HandshakeFault fault = Take(bytes, Networks[i], coverage);
            Broken.Unless(GC.GetAllocatedBytesForCurrentThread() - before <= Allocated, "a message costs more memory than any may");
            coverage.Visit(FaultState + ((int)fault * Networks.Length) + i);
            coverage.Reach(Faults[(int)fault]);
            _ = fault.Describe();
        }
    }

    public void Dispose()
    {
        foreach (Side side in _sides)
            side.Dispose();
    }

    private protected abstract HandshakeKind Kind { get; }

    /// <summary>Gives the input to the side whose turn it is, and checks what it makes of it.</summary>
    private protected abstract HandshakeFault Take(byte[] input, Network network, Coverage coverage);

    private protected Side NewSide(string name, bool keyed = false, string session = "")
    {
        var side = new Side(P256Dh.Instance, FixedDh.KeyOf, name, session, keyed ? NetworkKey : []);
        _sides.Add(side);
        return side;
    }

    /// <summary>Whether 65 bytes are a point of P-256, by the equation of the curve.</summary>
    private protected static bool IsOnCurve(ReadOnlySpan<byte> point)
    {
        BigInteger x = Number(point.Slice(1, 32));
        BigInteger y = Number(point[33..]);
        return point[0] == 4 && x < Prime && y < Prime && (((x * x * x) - (3 * x) + B - (y * y)) % Prime).IsZero;
    }

    /// <summary>
    /// What the reader of the pipe says, whole and in pieces: the same message or the same fault; no byte behind the message
    /// is taken, and none is waited for behind the third when there is a fault.
    /// </summary>
    private void CheckReading(byte[] bytes, bool networkKey, Coverage coverage)
    {
        bool asked = networkKey && Kind == HandshakeKind.Hello;
        (HandshakeFault whole, byte[] message) = Read(new PieceReader(bytes, null), asked, int.MaxValue);
        coverage.Visit(ReaderState + ((int)whole * 16) + Coverage.Size(message.Length));
        Broken.Unless(message.Length == 0 || bytes.AsSpan().StartsWith(message), "the message is not what came");

        var pieces = new PieceReader(bytes, new Cuts(bytes));
        (HandshakeFault cut, byte[] same) = Read(pieces, asked, int.MaxValue);
        Broken.Unless(whole == cut && message.AsSpan().SequenceEqual(same), "whole and cut are read otherwise");
        Broken.Unless(cut == HandshakeFault.None || pieces.ServedBefore < 3, "more is waited for than it takes to see the fault");
        Broken.Unless(cut != HandshakeFault.None || pieces.Consumed == same.Length, "more is taken than the message");
        Broken.Unless(same.Length == 0 || pieces.ServedBefore < same.Length, "more is waited for than the message");

        (HandshakeFault limited, _) = Read(new PieceReader(bytes, null), asked, HeldAtMost);
        if (limited == HandshakeFault.TooManyBytes)
            coverage.Reach(nameof(HandshakeFault.TooManyBytes));
        Broken.Unless(limited == (bytes.Length > HeldAtMost ? HandshakeFault.TooManyBytes : whole), "more is held than a handshake may");
    }

    private (HandshakeFault Fault, byte[] Message) Read(PieceReader input, bool networkKey, int limit) =>
        PieceReader.Now(HandshakeReader.ReadAsync(input, Kind, networkKey, limit, CancellationToken.None));

    private static BigInteger Number(ReadOnlySpan<byte> bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    /// <summary>Two honest sides.</summary>
    private protected sealed record Network(Side Dialler, Side Listener);
}
