namespace Vix.P2p.Messages;

/// <summary>
/// What is sent one after the other: the messages and requests of one protocol, the responses, or one stream. Those
/// that wait stand in a row here. Under the writer's gate, like everything of <see cref="Outbox"/>.
/// </summary>
/// <param name="credit">What the other side takes at the start; <see cref="Unlimited"/> where it takes all.</param>
/// <param name="leastCost">What a frame costs at least.</param>
internal sealed class SendLane(long credit, int leastCost)
{
    public const long Unlimited = long.MaxValue;

    private PendingSend? _last;

    /// <summary>What may be sent before the other side gives more.</summary>
    public long Credit { get; private set; } = credit;

    /// <summary>The one whose turn it is; null when nobody waits.</summary>
    public PendingSend? First { get; private set; }

    /// <summary>Whether the lane is in the row of those that wait for room only.</summary>
    public bool IsReady { get; set; }

    /// <summary>When something of those that waited was last taken: as long as that goes on, nobody in the row has waited too long.</summary>
    public long Moved { get; set; }

    /// <summary>A payload was withdrawn of which some had been sent: in a stream, what would follow it is out of place.</summary>
    public bool IsCut { get; set; }

    /// <summary>What a frame of that much payload costs.</summary>
    public int CostOf(int bytes) => Math.Max(leastCost, bytes);

    /// <summary>Whether the credit is enough for a whole payload, in however many pieces it goes.</summary>
    public bool Covers(int bytes) => Credit >= (bytes > leastCost ? (long)bytes + leastCost : leastCost);

    /// <summary>How much of what is left of a payload the credit is enough for; −1 for not even a frame.</summary>
    /// <remarks>The last piece may cost more than it has bytes: that much is left over.</remarks>
    public int Affordable(int bytes)
    {
        if (Covers(bytes))
            return bytes;
        long some = Credit - leastCost;
        return some > leastCost ? (int)Math.Min(bytes, some) : -1;
    }

    public void Spend(int cost)
    {
        if (Credit != Unlimited)
            Credit -= cost;
    }

    /// <summary>Takes credit; false when it would be more than there can be.</summary>
    public bool TryGive(int bytes)
    {
        if (Credit + bytes > int.MaxValue)
            return false;
        Credit += bytes;
        return true;
    }

    public void Enqueue(PendingSend pending)
    {
        if (_last is null)
            First = pending;
        else
            _last.Next = pending;
        pending.Previous = _last;
        _last = pending;
    }

    public void Remove(PendingSend pending)
    {
        if (pending.Previous is { } previous)
            previous.Next = pending.Next;
        else
            First = pending.Next;
        if (pending.Next is { } next)
            next.Previous = pending.Previous;
        else
            _last = pending.Previous;
        pending.Next = pending.Previous = null;
    }
}
