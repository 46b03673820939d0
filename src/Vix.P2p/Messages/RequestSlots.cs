namespace Vix.P2p.Messages;

/// <summary>
/// The numbers of the requests that this side has made on one connection. A number that has been given up stays taken
/// until its answer has come: only then may it be used again. Grows with what is used; its owner holds the gate.
/// </summary>
internal sealed class RequestSlots(int limit)
{
    private const int FirstRoom = 8;
    private const int None = -1;

    private Slot[] _slots = [];
    private int _used;
    private int _free = None;

    /// <summary>The numbers that are taken.</summary>
    public int Taken { get; private set; }

    /// <summary>The numbers that were ever taken: those below it.</summary>
    public int Used => _used;

    /// <summary>Takes the number that was freed last, so that few numbers, and short ones, go round.</summary>
    public bool TryTake(PendingRequest caller, out int number)
    {
        number = _free;
        if (number != None)
        {
            _free = _slots[number].NextFree;
        }
        else if (_used < limit)
        {
            number = _used++;
            if (number == _slots.Length)
                Array.Resize(ref _slots, Math.Min(limit, Math.Max(FirstRoom, 2 * number)));
        }
        else
        {
            return false;
        }

        _slots[number] = new Slot { IsTaken = true, Caller = caller };
        Taken++;
        return true;
    }

    public bool IsTaken(int number) => number < _used && _slots[number].IsTaken;

    /// <summary>Whoever waits for the answer of a number; null where nobody does any more.</summary>
    public PendingRequest? CallerOf(int number) => _slots[number].Caller;

    /// <summary>Nobody waits for the answer any more, which comes all the same.</summary>
    public void Orphan(int number) => _slots[number].Caller = null;

    /// <summary>Counts what has come of an answer; what it is then in all.</summary>
    public long Receive(int number, int bytes) => _slots[number].Received += bytes;

    public void Free(int number)
    {
        _slots[number] = new Slot { NextFree = _free };
        _free = number;
        Taken--;
    }

    private struct Slot
    {
        public PendingRequest? Caller;
        public long Received;
        public int NextFree;
        public bool IsTaken;
    }
}
