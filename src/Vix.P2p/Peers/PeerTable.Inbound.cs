using System.Net;
using Vix.P2p.Diagnostics;
using Vix.P2p.Handshake;
using Vix.P2p.Records;
using Vix.P2p.Transport;

namespace Vix.P2p.Peers;

/// <content>Inbound peers: who proved who it is, and what is decided.</content>
internal sealed partial class PeerTable
{
    private (EndPoint? EndPoint, string? Text) _lastLocal;

    /// <summary>
    /// Why a peer is refused whatever else is so; None when it is not. Asked before the program's gatekeepers, which
    /// cost more, and again by <see cref="Decide"/>, for this may change while they think.
    /// </summary>
    public P2pReason WhyRefused(PeerId id)
    {
        lock (_gate)
            return WhyRefusedLocked(id);
    }

    /// <summary>Decides about a peer whose Finish is valid.</summary>
    /// <param name="id">Its proven id.</param>
    /// <param name="introduction">What it says of itself.</param>
    /// <param name="scheme">The transport's scheme.</param>
    /// <param name="local">This side's address.</param>
    /// <param name="remote">Its address.</param>
    /// <param name="ackSent">The moment before this connection's Ack was sent.</param>
    public InboundDecision Decide(PeerId id, Introduction introduction, string scheme, EndPoint? local, EndPoint? remote, long ackSent)
    {
        InboundDecision decision = DecideLocked(id, introduction, scheme, local, remote, ackSent);
        TellLimits();
        if (decision.Left)
            Log.PeerLeft(_log, id, decision.Reason.ToCode());
        return decision;
    }

    private InboundDecision DecideLocked(PeerId id, Introduction introduction, string scheme, EndPoint? local, EndPoint? remote, long ackSent)
    {
        lock (_gate)
        {
            if (WhyRefusedLocked(id) is var refusal && refusal != P2pReason.None)
                return InboundDecision.Refuse(refusal);
            PeerRow? row = _rows.Find(id);
            PeerLink? holder = _claims.GetValueOrDefault(id);
            switch (ClaimRules.AtFinish(_own, id, holder?.Direction, holder?.Established ?? 0, ackSent))
            {
                case ClaimDecision.Take when MayClaim(row is { State.KeptConnected: true }, row):
                    return Accept(row, id, introduction, scheme, local, remote, P2pReason.None);
                case ClaimDecision.Take:
                    return InboundDecision.Reject(RejectCode.Full, P2pReason.PeerLimit);
                case ClaimDecision.Refuse:
                    return InboundDecision.Reject(RejectCode.Duplicate, P2pReason.Duplicate);
                case ClaimDecision.TakeFromDial:
                    return Drop(holder!, Accept(row, id, introduction, scheme, local, remote, P2pReason.Duplicate));
                default:
                    if (IsTakeover(holder!, introduction) && !row!.Takeovers.TryCount(_options.Limits.Takeovers, _time))
                    {
                        Reject(NodeLimit.Takeovers);
                        return InboundDecision.Reject(RejectCode.Duplicate, P2pReason.ClonedKey);
                    }

                    return Drop(holder!, Accept(row, id, introduction, scheme, local, remote, P2pReason.Replaced));
            }
        }
    }

    private P2pReason WhyRefusedLocked(PeerId id)
    {
        if (!_open)
            return P2pReason.ShuttingDown;
        if (_allowed is not null && !_allowed.Contains(id))
            return P2pReason.NotAllowed;
        return _bans.Contains(id) ? P2pReason.Banned : P2pReason.None;
    }

    // The same instance only lost its connection; another one is a restart, or a second node with the same key.
    private static bool IsTakeover(PeerLink holder, Introduction introduction) =>
        holder.Introduction is { } known && !string.Equals(known.Instance, introduction.Instance, StringComparison.Ordinal);

    private static InboundDecision Drop(PeerLink holder, InboundDecision accepted) => accepted with
    {
        DroppedDial = holder.Established == 0 ? holder.Attempt : null,
        DroppedConnection = holder.Connection,
    };

    // The reason is that of the connection which gives way to this one.
    private InboundDecision Accept(PeerRow? row, PeerId id, Introduction introduction, string scheme, EndPoint? local, EndPoint? remote, P2pReason dropped)
    {
        PeerEndpoint? announced = Announced(scheme, remote, introduction.ListenPort);
        string remoteText = EndpointText.Of(remote, scheme);
        PeerRowState state = row?.State ?? new PeerRowState
        {
            State = PeerState.Handshaking,
            Direction = PeerDirection.Inbound,
            Id = id,
            IdText = id.ToString(),
            EndpointText = "",
        };
        PeerLink? left = state.Connection is null ? null : row!.Link;
        if (left is not null)
        {
            // It is no longer shown from here on; what it carries until it closes is counted when it does.
            _rows.TakeTraffic(left);
            state = row!.State;
        }

        // What was dialled once, and led to this peer, is worth more than what it says of itself.
        PeerEndpoint? endpoint = row is { Endpoints.Count: > 0 } && state.Endpoint is not null ? state.Endpoint : announced;
        state = state with
        {
            State = PeerState.Handshaking,
            Direction = PeerDirection.Inbound,
            Endpoint = endpoint,
            EndpointText = endpoint?.ToString() ?? remoteText,
            LocalEndpoint = LocalText(local, scheme),
            RemoteEndpoint = remoteText,
            Connection = null,
            NextDial = null,
            DisconnectReason = left is null ? state.DisconnectReason : dropped,
        };
        if (row is null)
            row = _rows.Add(state);
        else
        {
            _rows.Set(row, state);
            if (left is not null)
                Leave(left, dropped);
        }

        var link = new PeerLink(this, id, PeerDirection.Inbound, row, attempt: null) { Introduction = introduction };
        _claims[id] = link;
        row.Link = link;
        TrimLocked();
        return new InboundDecision { Link = link, Reason = dropped, Left = left is not null && row.Lines.TryTake(_time) };
    }

    // The same for all that come by one address of the listener.
    private string LocalText(EndPoint? local, string scheme)
    {
        if (_lastLocal.Text is null || !Equals(_lastLocal.EndPoint, local))
            _lastLocal = (local, EndpointText.Of(local, scheme));
        return _lastLocal.Text;
    }

    private static PeerEndpoint? Announced(string scheme, EndPoint? remote, int port)
    {
        string? host = remote switch
        {
            IPEndPoint ip => ip.Address.ToString(),
            DnsEndPoint dns => dns.Host,
            _ => null,
        };
        return PeerEndpoint.TryCreate(scheme, host, port, out PeerEndpoint? endpoint, out _) ? endpoint : null;
    }
}
