using Vix.P2p.Fuzz.Running;
using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>Hello at a node with a network key and at one without.</summary>
internal sealed class HelloTarget : HandshakeMessageTarget
{
    public override string Name => "hello";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            foreach (HandshakeSettings settings in (HandshakeSettings[])[Plain, Keyed])
            {
                using var initiator = new HandshakeInitiator(settings);
                yield return Write(frame => initiator.WriteHello(frame));
            }
        }
    }

    public override void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        foreach (HandshakeSettings settings in (HandshakeSettings[])[Plain, Keyed])
        {
            CheckLength(input, HandshakeKind.Hello, settings.HasNetworkKey, coverage);
            using var responder = new HandshakeResponder(settings, Seen);
            coverage.Visit(1000 + (int)responder.ReadHello(input));
        }
    }
}
