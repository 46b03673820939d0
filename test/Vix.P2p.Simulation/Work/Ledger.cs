using System.Buffers.Binary;
using Vix.P2p.Simulation.Checks;
using Vix.P2p.Simulation.Nodes;
using Vix.P2p.Simulation.Running;

namespace Vix.P2p.Simulation.Work;

/// <summary>What was sent and what came: in order, once, unchanged.</summary>
internal sealed class Ledger(World world)
{
    private readonly Dictionary<(int From, int To, string Protocol), long> _sent = [];
    private readonly Dictionary<(int From, int To, string Protocol), long> _came = [];
    private readonly HashSet<(int From, int To, long Sequence)> _cameInAnyOrder = [];
    private readonly HashSet<long> _requests = [];
    private byte[]? _heldBack;
    private long _tokens;

    public long NewToken() => ++_tokens;

    /// <summary>The next message of a run of a node to a machine.</summary>
    public byte[] NewMessage(SimNode from, Machine to, string protocol, int length)
    {
        (int, int, string) way = (from.Key, to.Index, protocol);
        long sequence = _sent[way] = _sent.GetValueOrDefault(way) + 1;
        world.Tally.Count("work", "messages sent");
        return Payload.Message(from.Key, sequence, length);
    }

    /// <summary>The next message to several machines at once: one number that is the next, or beyond it, for each.</summary>
    public byte[] NewBroadcast(SimNode from, IReadOnlyList<Machine> to, string protocol, int length)
    {
        long sequence = to.Max(machine => _sent.GetValueOrDefault((from.Key, machine.Index, protocol))) + 1;
        foreach (Machine machine in to)
            _sent[(from.Key, machine.Index, protocol)] = sequence;
        world.Tally.Count("work", "messages sent", to.Count);
        return Payload.Message(from.Key, sequence, length);
    }

    /// <summary>A handler was given a message.</summary>
    public void Came(SimNode at, P2pPeer peer, string protocol, ReadOnlySpan<byte> payload)
    {
        world.Tally.Count("work", "messages handled");
        byte[] copy = payload.ToArray();
        if (world.Sabotage == Sabotage.Change && _came.Count > 2)
            copy[^1] ^= 1;
        if (world.Sabotage == Sabotage.Swap && _heldBack is null && protocol == Handlers.Ordered)
        {
            _heldBack = copy;
            return;
        }

        Note(at, peer, protocol, copy);
        if (world.Sabotage == Sabotage.Twice && _came.Count + _cameInAnyOrder.Count > 5)
            Note(at, peer, protocol, copy);
        if (_heldBack is { Length: > 0 } held && protocol == Handlers.Ordered && held.AsSpan(0, 8).SequenceEqual(copy.AsSpan(0, 8)))
        {
            _heldBack = [];
            Note(at, peer, protocol, held);
        }
    }

    /// <summary>A handler was given a request.</summary>
    public void Asked(SimNode at, long token)
    {
        world.Tally.Count("work", "requests handled");
        if (!_requests.Add(token))
            world.Break($"{at.Name}: request {token} is handled twice");
    }

    private void Note(SimNode at, P2pPeer peer, string protocol, byte[] payload)
    {
        int sender = (int)BinaryPrimitives.ReadInt64LittleEndian(payload);
        long sequence = BinaryPrimitives.ReadInt64LittleEndian(payload.AsSpan(8));
        world.Scheduler.Trace.Tell(world.Scheduler.Now, $"{at.Name} {protocol} {sender} {sequence}");
        if (!payload.AsSpan().SequenceEqual(Payload.Message(sender, sequence, payload.Length)))
            world.Break($"{at.Name}: message {sequence} of {sender} is not what was sent");
        else if (world.Machines[sender / 1000].Id != peer.Id)
            world.Break($"{at.Name}: a message of {sender} comes from {peer.Id}");
        else if (protocol != Handlers.Ordered)
        {
            if (!_cameInAnyOrder.Add((sender, at.Key, sequence)))
                world.Break($"{at.Name}: message {sequence} of {sender} comes twice");
        }
        else
        {
            (int, int, string) way = (sender, at.Key, protocol);
            long last = _came.GetValueOrDefault(way);
            if (sequence <= last)
                world.Break($"{at.Name}: message {sequence} of {sender} comes after {last}");
            _came[way] = sequence;
        }
    }
}
