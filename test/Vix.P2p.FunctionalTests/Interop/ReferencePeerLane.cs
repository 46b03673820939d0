namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The messages and requests that come under one protocol: its credit, and the payload that is not whole yet.</summary>
internal sealed class ReferencePeerLane(string protocol, int maxMessage)
{
    private readonly List<byte> _payload = [];
    private int _pieces;
    private uint? _request;
    private long _cost;

    public string Protocol => protocol;

    public ReferencePeerCredit Credit { get; } = new(protocol, InitialCredit(maxMessage));

    public bool IsUnfinished => _pieces > 0;

    public static long InitialCredit(int maxMessage) => Math.Min(int.MaxValue, maxMessage + 262_144L);

    public static long CostOf(int payload) => Math.Max(64, payload);

    /// <summary>Whether this piece is the first of its payload, which may not begin while another is unfinished.</summary>
    public bool Begins(uint? request)
    {
        if (IsUnfinished && _request != request)
        {
            throw new ReferencePeerException($"{protocol} mixes the pieces of {_request} and {request}.");
        }

        return !IsUnfinished;
    }

    /// <summary>Takes a piece; the whole payload and what it has cost when it is the last.</summary>
    public (ReferencePeerArrival Arrival, long Cost)? Take(uint? request, byte[] piece, bool last)
    {
        var cost = CostOf(piece.Length);
        Credit.Spend(cost);
        _request = request;
        _payload.AddRange(piece);
        _pieces++;
        _cost += cost;
        if (_payload.Count > maxMessage)
        {
            throw new ReferencePeerException($"{protocol} gets a payload of {_payload.Count} bytes.");
        }

        if (!last)
        {
            return null;
        }

        var whole = (new ReferencePeerArrival(protocol, request, [.. _payload], _pieces), _cost);
        Forget();
        return whole;
    }

    /// <summary>Gives up what is unfinished; the request it was, if it was one.</summary>
    public uint? Discard()
    {
        if (!IsUnfinished)
        {
            throw new ReferencePeerException($"{protocol} has nothing to discard.");
        }

        var request = _request;
        Credit.Owed += _cost;
        Forget();
        return request;
    }

    private void Forget()
    {
        _payload.Clear();
        _pieces = 0;
        _cost = 0;
        _request = null;
    }
}
