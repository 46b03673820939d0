using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// Hello, Ack and Finish between two honest sides, with someone in between: the input says what is done to which byte of
/// which message, or what is sent instead. Neither side may complete with another message than the one that was sent.
/// </summary>
internal sealed class TranscriptTarget : IFuzzTarget
{
    private const int Messages = 3;
    private const int InstructionLength = 5;

    private readonly CheapDh _dh = new(1);
    private readonly EphemeralKeyCache _seen = new(64);
    private readonly byte[] _introduction = new IntroductionTarget().Seeds.First();
    private readonly (HandshakeSettings Dialler, HandshakeSettings Listener)[] _networks;

    public TranscriptTarget()
    {
        byte[] key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        _networks = [Network([], "", ""), Network(key, "net", "net"), Network([], "a", "b")];
    }

    public string Name => "transcript";

    public int MaxLength => 128;

    // network, then instructions: message, operation, offset (2 bytes), value.
    public IEnumerable<byte[]> Seeds =>
    [
        [0], [1], [2], .. from message in Enumerable.Range(0, Messages) from operation in Enumerable.Range(0, 8) select new byte[] { (byte)(operation & 1), (byte)message, (byte)operation, 0, 5, 1 },
    ];

    public IReadOnlyList<byte[]> Words => [];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        int network = input.IsEmpty ? 0 : input[0] % _networks.Length;
        ReadOnlySpan<byte> instructions = input.IsEmpty ? input : input[1..];
        (HandshakeSettings dialler, HandshakeSettings listener) = _networks[network];
        using var initiator = new HandshakeInitiator(dialler);
        using var responder = new HandshakeResponder(listener, _seen);
        byte[] frame = new byte[HandshakeFrame.MaxFrameLength];
        byte[] payload = new byte[HandshakeFrame.MaxFrameLength];
        coverage.Visit(network);

        byte[] hello = frame[..initiator.WriteHello(frame)];
        byte[] sent = Deliver(hello, 0, instructions);
        bool changed = !sent.AsSpan().SequenceEqual(hello);
        HandshakeFault fault = responder.ReadHello(sent);
        coverage.Visit(100 + (int)fault);
        if (fault != HandshakeFault.None)
        {
            Broken.Unless(changed, $"an honest Hello is refused: {fault}");
            return;
        }

        byte[] ack = frame[..responder.WriteAck(frame)];
        sent = Deliver(ack, 1, instructions);
        changed |= !sent.AsSpan().SequenceEqual(ack);
        fault = initiator.ReadAck(sent);
        coverage.Visit(200 + (int)fault);
        if (fault != HandshakeFault.None)
        {
            Broken.Unless(changed || network == 2, $"an honest Ack is refused: {fault}");
            return;
        }

        Broken.Unless(!changed && network != 2, "the dialling side goes on after a message that was not the one sent");
        byte[] finish = frame[..initiator.WriteFinish(_introduction, frame)];
        sent = Deliver(finish, 2, instructions);
        changed = !sent.AsSpan().SequenceEqual(finish);
        fault = responder.ReadFinish(sent, payload, out int length);
        coverage.Visit(300 + (int)fault);
        Broken.Unless(changed == (fault != HandshakeFault.None), changed ? "a changed Finish is taken" : $"an honest Finish is refused: {fault}");
        if (fault != HandshakeFault.None)
            return;
        Broken.Unless(payload.AsSpan(0, length).SequenceEqual(_introduction), "the introduction is another");
        Broken.Unless(responder.RemoteId == dialler.Identity.Id && initiator.RemoteId == listener.Identity.Id, "an id is another");
        using SessionKeys here = initiator.Split();
        using SessionKeys there = responder.Split();
        Broken.Unless(here.Send.SequenceEqual(there.Receive) && here.Receive.SequenceEqual(there.Send), "the two sides have other keys");
    }

    public void Dispose()
    {
        foreach ((HandshakeSettings dialler, HandshakeSettings listener) in _networks)
        {
            dialler.Dispose();
            listener.Dispose();
        }
    }

    private (HandshakeSettings Dialler, HandshakeSettings Listener) Network(byte[] key, string here, string there) =>
        (Settings(key, here), Settings(key, there));

    private HandshakeSettings Settings(byte[] key, string name) => new(new NodeIdentity(_dh, _dh.GenerateKeyPair()), key, name);

    private static byte[] Deliver(byte[] message, int number, ReadOnlySpan<byte> instructions)
    {
        List<byte> bytes = [.. message];
        for (; instructions.Length >= InstructionLength; instructions = instructions[InstructionLength..])
        {
            if (instructions[0] % Messages != number || bytes.Count == 0)
                continue;
            int at = ((instructions[2] << 8) | instructions[3]) % bytes.Count;
            byte value = instructions[4];
            switch (instructions[1] % 8)
            {
                case 0:
                    bytes[at] ^= (byte)(1 << (value % 8));
                    break;
                case 1:
                    bytes[at] = value;
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.Insert(at, value);
                    break;
                case 4:
                    bytes.RemoveAt(at);
                    break;
                case 5:
                    bytes.AddRange(bytes.GetRange(0, at));
                    break;
                case 6:
                    (bytes[at], bytes[value % bytes.Count]) = (bytes[value % bytes.Count], bytes[at]);
                    break;
                default:
                    // The length is made right again, so that the change reaches what lies behind it.
                    bytes.Add(value);
                    if (bytes.Count > 2)
                        (bytes[0], bytes[1]) = ((byte)((bytes.Count - 2) >> 8), (byte)(bytes.Count - 2));
                    break;
            }
        }

        return [.. bytes];
    }
}
