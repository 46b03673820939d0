namespace Vix.P2p.Benchmarks.Flood;

/// <summary>What the honest traffic has beside it.</summary>
internal enum FloodKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Connects to a listener of the node's process that accepts and closes: what any flood takes.</summary>
    AcceptAndClose,

    /// <summary>Valid Hellos with keys of their own, from ever new addresses, at a node without a network key.</summary>
    Hello,

    /// <summary>Hellos of strangers, from ever new addresses, at a node with a network key.</summary>
    NetworkKey,

    /// <summary>Valid Hellos, all from one address.</summary>
    OneAddress,
}
