namespace Vix.P2p.Fuzz.Running;

/// <summary>
/// Something that takes bytes of a stranger. It must be total: whatever it throws is a find. What it does depends on the
/// input alone, so that a find fails again.
/// </summary>
internal interface IFuzzTarget : IDisposable
{
    string Name { get; }

    /// <summary>The longest input that is made for it, in bytes.</summary>
    int MaxLength { get; }

    /// <summary>Inputs that it takes, to begin with.</summary>
    IEnumerable<byte[]> Seeds { get; }

    /// <summary>What means something to it, to be put into inputs.</summary>
    IReadOnlyList<byte[]> Words { get; }

    /// <summary>Everything that its decoder can come to. A run that leaves one out was blind to it.</summary>
    IReadOnlyCollection<string> Outcomes { get; }

    /// <summary>Takes one input, tells each state it comes to, and throws where one of its promises does not hold.</summary>
    void Run(ReadOnlySpan<byte> input, Coverage coverage);
}
