using System.Net;
using System.Threading.Channels;
using Vix.P2p.Transport;

namespace Vix.P2p.Simulation.Network;

/// <summary>The newcomers of one host. An accept may fail, as it does where handles run out.</summary>
internal sealed class SimListener(SimHost host, IPEndPoint local, P2pListenOptions options) : IP2pTransportListener
{
    private readonly Channel<LinkEnd> _newcomers = Channel.CreateUnbounded<LinkEnd>();

    public EndPoint LocalEndPoint => local;

    public bool TryEnqueue(LinkEnd newcomer) => _newcomers.Writer.TryWrite(newcomer);

    public async ValueTask<IP2pTransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _newcomers.Reader.WaitToReadAsync(cancellationToken))
        {
            if (host.Network.ChanceOf(host.Network.Plan.AcceptFails, Fault.AcceptFails))
                throw new P2pTransportException(host.Network.Random.Chance(0.5) ? P2pReason.Overload : P2pReason.TransportFailed, "The accept failed.");
            while (_newcomers.Reader.TryRead(out LinkEnd? newcomer))
            {
                if (options.Admit(newcomer.RemoteEndPoint))
                    return newcomer;
                newcomer.Abort();
            }
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        host.Listener = null;
        _newcomers.Writer.TryComplete();
        while (_newcomers.Reader.TryRead(out LinkEnd? newcomer))
            newcomer.Abort();
        return ValueTask.CompletedTask;
    }
}
