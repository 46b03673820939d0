using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>
/// Hello, Ack and Finish between two honest sides, with someone in between: the input says what is done to which byte of
/// which message, or what is sent instead, of this handshake, of an earlier one or of another network. Nothing completes
/// where a message is not the one that was sent.
/// </summary>
internal sealed class TranscriptTarget : IFuzzTarget
{
    private const int Messages = 3;
    private const int InstructionLength = 5;
    private const int OperationState = 1000;

    // An exception costs as much as the rest of it.
    private const int TryDeadEnds = 16;

    private static readonly string[] Faults = Enum.GetNames<HandshakeFault>();

    private readonly byte[] _introduction = new IntroductionTarget().Seeds.First();
    private readonly byte[] _frame = new byte[HandshakeFrame.MaxFrameLength];
    private readonly byte[] _payload = new byte[HandshakeFrame.MaxFrameLength];
    private readonly Network[] _networks;

    public TranscriptTarget()
    {
        byte[] key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        byte[] otherKey = [.. key.Reverse()];
        _networks =
        [
            new Network(NewSide("dialler", []), NewSide("listener", []), CanComplete: true),
            new Network(NewSide("dialler", key, "net"), NewSide("listener", key, "net"), CanComplete: true),
            new Network(NewSide("dialler", [], "a"), NewSide("listener", [], "b"), CanComplete: false),
            new Network(NewSide("dialler", key), NewSide("listener", []), CanComplete: false),
            new Network(NewSide("dialler", []), NewSide("listener", key), CanComplete: false),
            new Network(NewSide("dialler", key), NewSide("listener", otherKey), CanComplete: false),
            new Network(NewSide("dialler", []), NewSide("dialler", [], session: " as listener"), CanComplete: false),
        ];
        foreach (Network network in _networks)
            network.Earlier = Again(network.Dialler).Record(Again(network.Listener), _introduction);
    }

    public string Name => "transcript";

    public int MaxLength => 128;

    // Network and whether its Hello is a replay, then instructions: message, operation, offset (2 bytes), value.
    public IEnumerable<byte[]> Seeds =>
    [
        .. Enumerable.Range(0, 2 * _networks.Length).Select(i => new[] { (byte)i }),
        .. from message in Enumerable.Range(0, Messages) from operation in Enumerable.Range(0, Operations.Count) select new byte[] { (byte)(operation & 1), (byte)message, (byte)operation, 0, 5, 1 },
    ];

    public IReadOnlyList<byte[]> Words { get; } = [.. Enumerable.Range(0, Operations.Count).Select(operation => new byte[] { 2, (byte)operation, 0, 3, 0 })];

    // More bytes than a pending handshake may hold are the pipe reader's to see: the targets of each message have it.
    public IReadOnlyCollection<string> Outcomes { get; } = [.. Faults.Except([nameof(HandshakeFault.TooManyBytes)])];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        byte first = input.IsEmpty ? (byte)0 : input[0];
        Network network = _networks[first % _networks.Length];
        bool replay = first / _networks.Length % 2 == 1;
        ReadOnlySpan<byte> instructions = input.IsEmpty ? input : input[1..];
        bool tryDeadEnds = new Cuts(input).Lot % TryDeadEnds == 0;
        coverage.Visit(first % (2 * _networks.Length));
        using var initiator = new HandshakeInitiator(network.Dialler.Settings);
        var seen = new EphemeralKeyCache(2);
        using var responder = new HandshakeResponder(network.Listener.Settings, seen);
        List<byte[]> said = [];

        byte[] hello = _frame[..initiator.WriteHello(_frame)];
        byte[] sent = Deliver(hello, 0, instructions, network, said, coverage);
        bool changed = !sent.AsSpan().SequenceEqual(hello);
        if (replay)
            seen.TryAdd(network.Dialler.Ephemeral);
        HandshakeFault fault = responder.ReadHello(sent);
        See(coverage, 0, fault);
        if (fault != HandshakeFault.None)
        {
            Broken.Unless(changed || replay || !network.CanComplete, $"an honest Hello is refused: {fault}");
            if (tryDeadEnds)
                IsDead(() => responder.WriteAck(_frame), () => responder.Split());
            return;
        }

        Broken.Unless(!replay || changed, "a Hello is taken twice");
        byte[] ack = _frame[..responder.WriteAck(_frame)];
        sent = Deliver(ack, 1, instructions, network, said, coverage);
        changed |= !sent.AsSpan().SequenceEqual(ack);
        fault = initiator.ReadAck(sent);
        See(coverage, 1, fault);
        if (fault != HandshakeFault.None)
        {
            Broken.Unless(changed || !network.CanComplete, $"an honest Ack is refused: {fault}");
            if (tryDeadEnds)
                IsDead(() => initiator.WriteFinish(_introduction, _frame), () => initiator.Split());
            return;
        }

        Broken.Unless(!changed && network.CanComplete, "the dialling side goes on after a message that was not the one sent");
        byte[] finish = _frame[..initiator.WriteFinish(_introduction, _frame)];
        sent = Deliver(finish, 2, instructions, network, said, coverage);
        changed = !sent.AsSpan().SequenceEqual(finish);
        fault = responder.ReadFinish(sent, _payload, out int length);
        See(coverage, 2, fault);
        Broken.Unless(changed == (fault != HandshakeFault.None), changed ? "a changed Finish is taken" : $"an honest Finish is refused: {fault}");
        if (fault != HandshakeFault.None)
        {
            if (tryDeadEnds)
                IsDead(() => responder.Split(), () => responder.ReadFinish(finish, _payload, out _));
            return;
        }

        CheckComplete(initiator, responder, network, _payload.AsSpan(0, length));
    }

    public void Dispose()
    {
        foreach (Network network in _networks)
        {
            network.Dialler.Dispose();
            network.Listener.Dispose();
        }
    }

    private static void See(Coverage coverage, int message, HandshakeFault fault)
    {
        coverage.Visit(((1 + message) * 100) + (int)fault);
        coverage.Reach(Faults[(int)fault]);
    }

    private static void IsDead(params Action[] calls)
    {
        foreach (Action call in calls)
        {
            try
            {
                call();
            }
            catch (InvalidOperationException)
            {
                continue;
            }

            throw new Broken("a handshake goes on after a fault");
        }
    }

    private void CheckComplete(HandshakeInitiator initiator, HandshakeResponder responder, Network network, ReadOnlySpan<byte> introduction)
    {
        Broken.Unless(introduction.SequenceEqual(_introduction), "the introduction is another");
        Broken.Unless(responder.RemoteId == network.Dialler.Settings.Identity.Id && initiator.RemoteId == network.Listener.Settings.Identity.Id, "an id is another");
        using SessionKeys here = initiator.Split();
        using SessionKeys there = responder.Split();
        Broken.Unless(here.Send.SequenceEqual(there.Receive) && here.Receive.SequenceEqual(there.Send), "the two sides have other keys");
        Broken.Unless(!here.Send.SequenceEqual(here.Receive), "the two directions have one key");
    }

    private byte[] Deliver(byte[] message, int number, ReadOnlySpan<byte> instructions, Network network, List<byte[]> said, Coverage coverage)
    {
        said.Add(message);
        List<byte> bytes = [.. message];
        for (; instructions.Length >= InstructionLength && bytes.Count > 0; instructions = instructions[InstructionLength..])
        {
            if (instructions[0] % Messages != number)
                continue;
            coverage.Visit(OperationState + (instructions[1] % Operations.Count * Messages) + number);
            Operations.Apply(instructions[1], (instructions[2] << 8) | instructions[3], instructions[4], bytes, said, value => _networks[value % _networks.Length].Earlier, network.Earlier);
        }

        return [.. bytes];
    }

    private static Side NewSide(string name, byte[] key, string network = "", string session = "") => new(new CheapDh(1), KeyOf, name, session + " now", key, network) { Remake = other => NewSide(name, key, network, other) };

    private static Side Again(Side side) => side.Remake!(" earlier");

    // A key of a name, the same each time.
    private static INoiseKeyPair KeyOf(string name) => new CheapDh(name.Aggregate(17, (sum, c) => (sum * 31) + c)).GenerateKeyPair();

    private sealed record Network(Side Dialler, Side Listener, bool CanComplete)
    {
        /// <summary>The messages of another handshake of the same two.</summary>
        public byte[][] Earlier { get; set; } = [];
    }
}
