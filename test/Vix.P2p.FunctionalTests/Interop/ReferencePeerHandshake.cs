using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Hello, Ack and Finish of section 1 as bytes, without a connection.</summary>
internal sealed class ReferencePeerHandshake(ReferencePeerOptions options)
{
    public const byte HelloKind = 1;
    public const byte AckKind = 2;
    public const byte FinishKind = 3;

    private const int ClearSize = 9;
    private const int FrameHeader = 3;

    private readonly ReferencePeerKey _ephemeral = options.Ephemeral ?? ReferencePeerKey.Generate();
    private ReferencePeerNoise? _noise;

    public byte[] Hello { get; private set; } = [];

    public byte[] Ack { get; private set; } = [];

    public byte[] Finish { get; private set; } = [];

    /// <summary>What a message's length must lie between.</summary>
    public int HelloLength => options.NetworkKey is null ? 75 : 91;

    public static (int Min, int Max) AckLength => (163, 227);

    public static (int Min, int Max) FinishLength => (1, 4_096);

    public ReferencePeerNoise Noise => _noise ?? throw new InvalidOperationException("Hello comes first.");

    public byte[] BuildHello()
    {
        byte[] clear = [.. Encoding.ASCII.GetBytes(options.Magic), options.Version, options.Suite, options.FlagsOrDefault];
        _noise = StartNoise(clear);
        return Hello = Frame(HelloKind, [.. clear, .. _noise.WriteMessage1([])]);
    }

    public void TakeHello(byte[] hello)
    {
        Hello = hello;
        byte[] expected = [.. "VIXP2P"u8, 1, 1, (byte)(options.NetworkKey is null ? 0 : 1)];
        var clear = hello.AsSpan(FrameHeader, ClearSize);
        if (!clear.SequenceEqual(expected))
        {
            throw new ReferencePeerException($"Hello begins with {Convert.ToHexString(clear)}.");
        }

        _noise = StartNoise(clear);
        _noise.ReadMessage1(hello.AsSpan(FrameHeader + ClearSize));
        RefuseOwn(_noise.RemoteEphemeral, _ephemeral.Public);
    }

    public byte[] BuildAck(byte[] payload) => Ack = Frame(AckKind, Noise.WriteMessage2(payload));

    public void TakeAck(byte[] ack)
    {
        Ack = ack;
        Noise.ReadMessage2(ack.AsSpan(FrameHeader));
        RefuseOwn(Noise.RemoteEphemeral, _ephemeral.Public);
        RefuseOwn(Noise.RemoteStatic, options.Static.Public);
    }

    public byte[] BuildFinish(string introduction) =>
        Finish = Frame(FinishKind, Noise.WriteMessage3(Encoding.UTF8.GetBytes(introduction)));

    public ReferencePeerIntroduction TakeFinish(byte[] finish)
    {
        Finish = finish;
        var payload = Noise.ReadMessage3(finish.AsSpan(FrameHeader));
        RefuseOwn(Noise.RemoteStatic, options.Static.Public);
        return ReferencePeerIntroduction.Parse(payload);
    }

    private static byte[] Frame(byte kind, byte[] body)
    {
        byte[] frame = [0, 0, kind, .. body];
        BinaryPrimitives.WriteUInt16BigEndian(frame, checked((ushort)(1 + body.Length)));
        return frame;
    }

    private ReferencePeerNoise StartNoise(ReadOnlySpan<byte> clear)
    {
        byte[] prologue = [HelloKind, .. clear, .. SHA256.HashData(Encoding.UTF8.GetBytes(options.NetworkName))];
        var psk = options.NetworkKey is { } key
            ? HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, salt: [], info: "vix-psk-v1"u8.ToArray())
            : null;
        return new ReferencePeerNoise(options.Static, _ephemeral, prologue, psk);
    }

    private void RefuseOwn(byte[] theirs, byte[] own)
    {
        if (options.RefusesItself && theirs.AsSpan().SequenceEqual(own))
        {
            throw new ReferencePeerException("The other side uses this side's own key.");
        }
    }
}
