using Vix.P2p.Records;

namespace Vix.P2p.Tests.Testing;

internal sealed record RawFrame(FrameKind Kind, byte[] Body)
{
    public ulong Token() => FrameCodec.ReadToken(Body);
}
