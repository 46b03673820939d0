using Vix.P2p.Peers;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Peers;

/// <summary>
/// One dial between two peer tables, as messages that wait until a test delivers them: what Dialer, Acceptor and the
/// connection do around the table, without pipes and tasks.
/// </summary>
internal sealed class CrossingDial(CrossingNode from, CrossingNode to, IReadOnlyList<CrossingDial> all)
{
    private readonly Queue<string> _there = new();
    private readonly Queue<string> _back = new();
    private DialAttempt? _attempt;
    private PeerLink? _out;
    private PeerLink? _in;
    private long _ackSent;
    private bool _started;
    private bool _fromEnded;
    private bool _toEnded;
    private bool _readySent;

    /// <summary>The dialling side takes the connection for established.</summary>
    public bool LiveFrom { get; private set; }

    /// <summary>The dialled side does.</summary>
    public bool LiveTo { get; private set; }

    /// <summary>The dial is over but for the peer's own connection, which it waits for.</summary>
    public bool Waiting { get; private set; }

    public CrossingNode From => from;

    public CrossingNode To => to;

    /// <summary>Whether nothing of it is on its way any more.</summary>
    public bool IsQuiet => _started && _there.Count == 0 && _back.Count == 0 && !_readySent;

    /// <summary>What can happen to it next.</summary>
    public IEnumerable<Action> Choices()
    {
        if (!_started)
            yield return Start;
        if (_there.Count > 0)
            yield return () => AtTo(_there.Dequeue());
        if (_back.Count > 0)
            yield return () => AtFrom(_back.Dequeue());
        if (_readySent)
            yield return EstablishAtTo;
    }

    /// <summary>The link fails: what was on its way is lost, and each side learns it in its own time.</summary>
    public void Cut()
    {
        if (!_started)
            return;
        _there.Clear();
        _back.Clear();
        _there.Enqueue("end");
        _back.Enqueue("end");
    }

    /// <summary>The dial that waits learns that the peer has come by its own connection.</summary>
    public void SeeArrival()
    {
        if (Waiting && from.IsConnectedTo(to))
            EndWaiting(P2pReason.None);
    }

    /// <summary>The peer did not come in time.</summary>
    public void GiveUpWaiting()
    {
        if (Waiting)
            EndWaiting(P2pReason.Duplicate);
    }

    /// <summary>The side that is given closes the connection and tells the other.</summary>
    public void CloseAt(CrossingNode node, P2pReason reason)
    {
        if (node == from)
            EndAtFrom(reason, tell: true);
        else
            EndAtTo(reason, tell: true);
    }

    private void Start()
    {
        _started = true;
        ConnectRequest request = from.Table.Request(to.Endpoint, new ConnectOptions { Force = true }, P2pReason.None);
        if (!request.Result.Started)
        {
            _fromEnded = _toEnded = true;
            return;
        }

        _attempt = request.Attempt!;
        from.Table.MarkHandshaking(_attempt, null, null);
        _there.Enqueue("hello");
    }

    private void AtTo(string message)
    {
        if (_toEnded)
            return;
        switch (message)
        {
            case "hello":
                _ackSent = to.Table.NextMoment();
                _back.Enqueue("ack");
                break;
            case "finish":
                Decide();
                break;
            default:
                EndAtTo(P2pReason.Lost, tell: true);
                break;
        }
    }

    private void Decide()
    {
        PeerLink? holder = to.Table.Find(from.Id)?.Link;
        InboundDecision decision = to.Table.Decide(from.Id, from.Introduction, "memory", null, null, _ackSent);
        if (decision.Link is null)
        {
            _back.Enqueue("reject " + decision.Code);
            _toEnded = true;
            return;
        }

        _in = decision.Link;
        if (holder is not null)
            all.Single(dial => dial._out == holder || dial._in == holder).CloseAt(to, decision.Reason);
        _back.Enqueue("ready");
        _readySent = true;
    }

    private void EstablishAtTo()
    {
        _readySent = false;
        if (_toEnded)
            return;
        LiveTo = to.Table.Establish(_in!);
        if (!LiveTo)
            EndAtTo(P2pReason.Replaced, tell: true);
    }

    private void AtFrom(string message)
    {
        if (_fromEnded)
            return;
        switch (message)
        {
            case "ack":
                Prove();
                break;
            case "ready":
                _out!.Introduction = to.Introduction;
                LiveFrom = from.Table.Establish(_out);
                if (LiveFrom)
                    from.Table.EndDial(_attempt!, P2pReason.None, "", inHandshake: true);
                else
                    EndAtFrom(P2pReason.Duplicate, tell: true);
                break;
            case "reject " + nameof(RejectCode.Duplicate):
                EndAtFrom(P2pReason.RejectedDuplicate, tell: true);
                break;
            default:
                EndAtFrom(P2pReason.Lost, tell: true);
                break;
        }
    }

    private void Prove()
    {
        P2pReason refusal = from.Table.Prove(_attempt!, to.Id);
        if (refusal == P2pReason.None)
        {
            _out = _attempt!.Link;
            _there.Enqueue("finish");
        }
        else
            EndAtFrom(refusal, tell: true);
    }

    private void EndAtFrom(P2pReason reason, bool tell)
    {
        if (_fromEnded)
            return;
        _fromEnded = true;
        if (tell)
            _there.Enqueue("end");
        bool wasLive = LiveFrom;
        LiveFrom = false;
        if (_out is not null)
            from.Table.Release(_out, reason);
        if (wasLive)
            return;
        if (reason is P2pReason.Duplicate or P2pReason.RejectedDuplicate or P2pReason.AlreadyConnected)
            Waiting = true;
        else
            from.Table.EndDial(_attempt!, reason, "", inHandshake: true);
    }

    private void EndAtTo(P2pReason reason, bool tell)
    {
        if (_toEnded)
            return;
        _toEnded = true;
        LiveTo = false;
        if (tell)
            _back.Enqueue("end");
        if (_in is not null)
            to.Table.Release(_in, reason);
    }

    private void EndWaiting(P2pReason reason)
    {
        Waiting = false;
        from.Table.EndDial(_attempt!, reason, "", inHandshake: true);
    }
}
