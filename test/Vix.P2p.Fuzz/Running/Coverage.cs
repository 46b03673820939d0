namespace Vix.P2p.Fuzz.Running;

/// <summary>
/// The steps from one decoder state to another that were ever seen. An input is worth keeping when it takes one that
/// none before it took.
/// </summary>
internal sealed class Coverage
{
    private readonly bool[] _seen = new bool[1 << 16];
    private int _last;

    /// <summary>Steps seen so far.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the present input took a new step.</summary>
    public bool IsNew { get; private set; }

    /// <summary>A new input begins.</summary>
    public void Begin()
    {
        _last = 0;
        IsNew = false;
    }

    /// <summary>The decoder is in this state now.</summary>
    /// <param name="state">Small and of few values: a status, a kind, the order of magnitude of a length.</param>
    public void Visit(int state)
    {
        int step = (int)(((uint)((_last * 31) + state) * 0x9E3779B1u) >> 16);
        _last = state;
        if (_seen[step])
            return;
        _seen[step] = true;
        Count++;
        IsNew = true;
    }

    /// <summary>A length as an order of magnitude.</summary>
    public static int Size(long length) => length <= 0 ? 0 : 1 + (int)Math.Log2(length);
}
