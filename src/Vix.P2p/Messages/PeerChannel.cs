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
    private readonly LineAllowance _lines = new();
    private Introduction? _remote;
    private OutgoingRequests? _outgoing;

    public PeerChannel(PeerConnection connection, ConnectionWriter writer, ConnectionRole role, ChannelSettings settings)
    {
        _connection = connection;
        _writer = writer;
        Settings = settings;
        Outbox = new Outbox(writer, settings);
        Incoming = new IncomingRequests(this);
        Streams = new StreamTable(this, role);
    }

    public ChannelSettings Settings { get; }

    public Outbox Outbox { get; }

    /// <summary>The requests this side has made; most connections make none.</summary>
    public OutgoingRequests Outgoing
    {
        get
        {
            if (Volatile.Read(ref _outgoing) is { } known)
                return known;
            var made = new OutgoingRequests(this);
            made = Interlocked.CompareExchange(ref _outgoing, made, null) ?? made;
            // Whoever closes just now may not have seen it.
            if (_connection.Reason is not P2pReason.None and var reason)
                made.Close(reason);
            return made;
        }
    }

    /// <summary>The requests the other side has made.</summary>
    public IncomingRequests Incoming { get; }

    public StreamTable Streams { get; }

    public P2pPeer Peer => field ??= new P2pPeer(_connection.RemoteId, Remote.NodeId, EndpointText.Of(_connection.Transport.RemoteEndPoint, _connection.Scheme));

    /// <summary>What the other side says of itself; nothing is sent or received before it is known.</summary>
    public Introduction Remote => _remote ?? throw new InvalidOperationException("The peer has not introduced itself yet.");

    /// <summary>Messages, requests and responses that came whole.</summary>
    public long MessagesIn => Volatile.Read(ref _messagesIn);

    /// <summary>Messages, requests and responses that were taken to be sent.</summary>
    public long MessagesOut => Outbox.Messages;

    public bool HasControl => _creditCount > 0 || Streams.HasCredit;

    public void Open(Introduction introduction) => _remote = introduction;

    public void Tick()
    {
        bool start;
        lock (Outbox.Gate)
        {
            Outbox.Expire(Settings.SendTimeout, pending => Fault(P2pReason.SendTimeout, pending.Protocol));
            start = Outbox.Claim();
        }

        if (start)
            Outbox.Start();
        if (Outbox.IsOverrun)
            Overrun(NodeLimit.SendQueueBytes);
    }

    public void Closing(P2pReason reason)
    {
        lock (Outbox.Gate)
            Outbox.Close(reason, pending => Fault(reason, pending.Protocol));
        foreach (ReceiveLane? lane in Volatile.Read(ref _receives))
        {
            if (lane is not null)
                Settings.Lanes.Leave(_connection.RemoteId, lane);
        }

        Volatile.Read(ref _outgoing)?.Close(reason);
        Incoming.Close();
        Streams.Close(reason);
    }

    /// <summary>The peer makes this node keep more than it may: the connection ends.</summary>
    public void Overrun(NodeLimit limit)
    {
        Settings.Limits.Reject(limit);
        _connection.Close(P2pReason.Overload, CloseCode.Overload);
    }

    /// <summary>
    /// A handler of the application threw: told at most as often as one peer may cause lines. That a peer has sent what
    /// the handler does not take is the peer's fault, and Debug.
    /// </summary>
    public void HandlerFailed(string protocol, Exception exception)
    {
        Interlocked.Increment(ref Settings.Counters.HandlerFailures);
        bool tell = exception is not P2pRemoteException { Code: P2pErrorCode.BadRequest };
        lock (_lines)
            tell = tell && _lines.TryTake(Settings.Time);
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
}
