using System.Net;
using Vix.P2p.Connections;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Records;
using Vix.P2p.Transport;

namespace Vix.P2p.Messages;

/// <summary>
/// What one connection carries for the application, both ways. The read loop hands frames in and never waits here; who
/// sends goes through the <see cref="Messages.Outbox"/>. What goes is in PeerChannel.Sending.cs, what comes in
/// PeerChannel.Receiving.cs.
/// </summary>
internal sealed partial class PeerChannel : IConnectionTraffic
{
    private readonly PeerConnection _connection;
    private readonly ConnectionWriter _writer;
    private readonly ConnectionRole _role;
    private LineAllowance? _lines;
    private Introduction? _remote;
    private Outbox? _outbox;
    private OutgoingRequests? _outgoing;
    private IncomingRequests? _incoming;
    private StreamTable? _streams;

    public PeerChannel(PeerConnection connection, ConnectionWriter writer, ConnectionRole role, ChannelSettings settings)
    {
        _connection = connection;
        _writer = writer;
        Settings = settings;
        _role = role;
    }

    public ChannelSettings Settings { get; }

    /// <summary>The way out; made with the first that goes.</summary>
    public Outbox Outbox => Volatile.Read(ref _outbox) ?? Make(ref _outbox, new Outbox(_writer, Settings), (made, reason) => Close(made, reason));

    /// <summary>The requests this side has made; made with the first, for most connections have none.</summary>
    public OutgoingRequests Outgoing => Volatile.Read(ref _outgoing) ?? Make(ref _outgoing, new OutgoingRequests(this), static (made, reason) => made.Close(reason));

    /// <summary>The requests the other side has made; made with the first.</summary>
    public IncomingRequests Incoming => Volatile.Read(ref _incoming) ?? Make(ref _incoming, new IncomingRequests(this), static (made, _) => made.Close());

    /// <summary>The streams; made with the first.</summary>
    public StreamTable Streams => Volatile.Read(ref _streams) ?? Make(ref _streams, new StreamTable(this, _role), static (made, reason) => made.Close(reason));

    public P2pPeer Peer => field ??= new P2pPeer(_connection.RemoteId, Remote.NodeId, EndpointText.Of(_connection.Transport.RemoteEndPoint, _connection.Scheme));

    /// <summary>The other side's address, as the transport has it.</summary>
    public EndPoint? RemoteEndPoint => _connection.Transport.RemoteEndPoint;

    /// <summary>The scheme of the transport.</summary>
    public string Scheme => _connection.Scheme;

    /// <summary>Whether the connection ends: from then on what cannot be sent is nobody's fault here.</summary>
    public bool IsEnding => _connection.Reason != P2pReason.None;

    /// <summary>The streams that are open, by who opened them; read from anywhere.</summary>
    public (int Inbound, int Outbound) OpenStreams => Volatile.Read(ref _streams) is { } streams ? (streams.Remote, streams.Own) : default;

    /// <summary>What the other side says of itself; nothing is sent or received before it is known.</summary>
    public Introduction Remote => _remote ?? throw new InvalidOperationException("The peer has not introduced itself yet.");

    /// <summary>Messages, requests and responses that came whole.</summary>
    public long MessagesIn => Volatile.Read(ref _messagesIn);

    /// <summary>Messages, requests and responses that were taken to be sent.</summary>
    public long MessagesOut => Volatile.Read(ref _outbox)?.Messages ?? 0;

    public bool HasControl => _creditCount > 0 || _streams is { HasCredit: true };

    public void Open(Introduction introduction) => _remote = introduction;

    public void Tick()
    {
        // Most connections have nobody who waits, and there may be very many of them.
        if (Volatile.Read(ref _outbox) is not ({ HasWaiting: true } or { IsOverrun: true }))
            return;
        bool start;
        lock (Outbox.Gate)
        {
            Outbox.Expire(Settings.SendTimeout, pending => Fault(P2pReason.SendTimeout, pending.Protocol));
            start = Outbox.Claim();
        }

        Leave(start);
    }

    public void Closing(P2pReason reason)
    {
        if (Volatile.Read(ref _outbox) is { } outbox)
            Close(outbox, reason);
        foreach (ReceiveLane? lane in Volatile.Read(ref _receives))
        {
            if (lane is not null)
                Settings.Lanes.Leave(_connection.RemoteId, lane);
        }

        Volatile.Read(ref _outgoing)?.Close(reason);
        Volatile.Read(ref _incoming)?.Close();
        Volatile.Read(ref _streams)?.Close(reason);
    }

    /// <summary>The peer makes this node keep more than it may: the connection ends.</summary>
    public void Overrun(NodeLimit limit)
    {
        Settings.Limits.Reject(limit);
        _connection.Close(P2pReason.Overload, CloseCode.Overload);
    }

    /// <summary>
    /// A handler of the application threw: told at most as often as one peer may cause lines. That a peer has sent what
    /// the handler does not take is the peer's fault, and Debug. One that meets the end of the connection has not failed:
    /// the way out closes a moment before requests and streams are told. Nor has one that ends because the node stops.
    /// </summary>
    public void HandlerFailed(string protocol, Exception exception)
    {
        if (exception is OperationCanceledException && Settings.Stopping.IsCancellationRequested)
            return;
        if (IsEnding && (exception is P2pStreamException || (exception is P2pSendException unsent && unsent.Peer == _connection.RemoteId)))
            return;
        Interlocked.Increment(ref Settings.Counters.HandlerFailures);
        bool tell = exception is not P2pRemoteException { Code: P2pErrorCode.BadRequest };
        LineAllowance lines = Volatile.Read(ref _lines) ?? Interlocked.CompareExchange(ref _lines, new LineAllowance(), null) ?? _lines;
        lock (lines)
            tell = tell && lines.TryTake(Settings.Time);
        if (tell)
            Log.HandlerFailed(Settings.Log, exception, protocol, Peer.Id);
        else
            Log.HandlerFailedQuietly(Settings.Log, exception, protocol, Peer.Id);
    }

    /// <summary>The exception for what was not sent.</summary>
    public P2pSendException Fault(P2pReason reason, string? protocol, int length = 0) => new(_connection.RemoteId, protocol, reason, reason switch
    {
        P2pReason.ProtocolNotSupported => $"The peer does not speak {protocol}.",
        P2pReason.MessageTooLarge => $"The message has {length} bytes; the peer takes at most {Remote.MaxMessage}. Send more by a stream (OpenStreamAsync), or raise Limits:MaxMessageBytes there.",
        P2pReason.SendTimeout => $"The peer took nothing of {protocol} for {Settings.SendTimeout}.",
        P2pReason.RequestTimeout => $"The peer did not answer a request of {protocol} in time.",
        P2pReason.TooManyStreams => $"{Settings.StreamsPerPeer} streams to this peer are open.",
        _ => $"The connection has ended ({reason.ToCode()}).",
    });

    private void Close(Outbox outbox, P2pReason reason)
    {
        lock (outbox.Gate)
            outbox.Close(reason, pending => Fault(reason, pending.Protocol));
    }

    private T Make<T>(ref T? place, T made, Action<T, P2pReason> close)
        where T : class
    {
        made = Interlocked.CompareExchange(ref place, made, null) ?? made;
        // Whoever closes just now may not have seen it.
        if (_connection.Reason is not P2pReason.None and var reason)
            close(made, reason);
        return made;
    }
}
