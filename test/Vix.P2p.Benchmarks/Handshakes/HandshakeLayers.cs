using System.Security.Cryptography;
using Vix.P2p.Benchmarks.Measuring;
using Vix.P2p.Handshake;
using Vix.P2p.Transport.Memory;

namespace Vix.P2p.Benchmarks.Handshakes;

/// <summary>Where the time of a connection goes: the system's elliptic-curve operations, and the handshake over memory.</summary>
internal sealed class HandshakeLayers(BenchOptions options)
{
    private static readonly byte[] Introduction = new Introduction { NodeId = "bench", Instance = new string('0', 32), ListenPort = 0 }.ToUtf8();

    public async Task RunAsync()
    {
        using NodeIdentity a = NodeIdentity.CreateEphemeral();
        using NodeIdentity b = NodeIdentity.CreateEphemeral();
        using INoisePublicKey key = P256Dh.Instance.Import(b.PublicKey);
        using HandshakeSettings dials = new(a, default, "");
        using HandshakeSettings listens = new(b, default, "");
        await using NodeConnections memory = await NodeConnections.StartAsync(1, new MemoryTransport());
        await using NodeConnections tcp = await NodeConnections.StartAsync(1);
        await using PlainConnections plain = new();
        byte[] publicKey = b.PublicKey.ToArray();
        byte[] secret = new byte[P256Dh.Instance.SharedSecretLength];
        EphemeralKeyCache seen = new(4096);
        byte[] frame = new byte[HandshakeFrame.MaxFrameLength];
        byte[] payload = new byte[HandshakeFrame.MaxFrameLength];

        Contender[] layers =
        [
            Of("key pair made (2 a connection)", () => P256Dh.Instance.GenerateKeyPair().Dispose()),
            Of("public key checked by us (4)", () => P256Dh.Instance.IsValid(publicKey)),
            Of("public key imported (4)", () => P256Dh.Instance.Import(publicKey).Dispose()),
            Of("agreement (6)", () => a.KeyPair.Agree(key, secret)),
            Of("Hello, Ack, Finish over memory, both ends", () => Handshake(dials, listens, seen, frame, payload)),
            new("nodes over the memory transport", memory.RunOnceAsync),
            new("nodes over TCP", tcp.RunOnceAsync),
            new("TCP alone: connect, one byte, close", plain.RunOnceAsync),
        ];
        BenchOptions shorter = options with { RoundTime = options.RoundTime / 5, WarmUp = options.WarmUp / 5 };
        Sample[] samples = await Rounds.RunAsync(shorter, 1, layers);
        Report.WriteTitle("Where a connection's processor time goes");
        Report.WriteTable(
            ["layer", "processor µs each", "allocated bytes each"],
            [.. layers.Zip(samples, (layer, sample) => (string[])[layer.Name, Report.Number(sample.Processor), Report.Number(sample.Allocated)])]);
    }

    private static Contender Of(string name, Action work) => new(name, _ =>
    {
        work();
        return Task.CompletedTask;
    });

    private static void Handshake(HandshakeSettings dials, HandshakeSettings listens, EphemeralKeyCache seen, byte[] frame, byte[] payload)
    {
        using HandshakeInitiator initiator = new(dials);
        using HandshakeResponder responder = new(listens, seen);
        int length = initiator.WriteHello(frame);
        Expect(responder.ReadHello(frame.AsSpan(0, length)));
        length = responder.WriteAck(frame);
        Expect(initiator.ReadAck(frame.AsSpan(0, length)));
        length = initiator.WriteFinish(Introduction, frame);
        Expect(responder.ReadFinish(frame.AsSpan(0, length), payload, out _));
        using SessionKeys one = initiator.Split();
        using SessionKeys other = responder.Split();
    }

    private static void Expect(HandshakeFault fault)
    {
        if (fault != HandshakeFault.None)
            throw new CryptographicException(fault.Describe());
    }
}
