namespace Vix.P2p.Benchmarks.Memory;

internal enum IdleKind
{
    Node,
    Tls,
}
