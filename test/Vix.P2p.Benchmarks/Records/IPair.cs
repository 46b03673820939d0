namespace Vix.P2p.Benchmarks.Records;

/// <summary>Two ends of an encrypted stream; a batch is sealed, then opened in the same order.</summary>
internal interface IPair : IDisposable
{
    int Batch { get; }

    void Seal(int index);

    void Open(int index);
}
