using System.Net;
using System.Threading.Channels;

namespace Vix.P2p.Transport.Memory;

/// <summary>The newcomers of one name and port.</summary>
internal sealed class MemoryListener(DnsEndPoint local, Func<EndPoint?, bool> admit, Action remove) : IP2pTransportListener
{
    private const int Backlog = 512;

    private readonly Channel<MemoryConnection> _newcomers = Channel.CreateBounded<MemoryConnection>(Backlog);

    public EndPoint LocalEndPoint => local;

    /// <summary>False when the listener has ended or its backlog is full.</summary>
    public bool TryEnqueue(MemoryConnection newcomer) => _newcomers.Writer.TryWrite(newcomer);

    public async ValueTask<IP2pTransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _newcomers.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_newcomers.Reader.TryRead(out MemoryConnection? newcomer))
            {
                if (admit(newcomer.RemoteEndPoint))
                    return newcomer;
                newcomer.Abort();
            }
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        remove();
        // In this order: what is written before the end is found by the loop, and nothing is written after it.
        _newcomers.Writer.TryComplete();
        while (_newcomers.Reader.TryRead(out MemoryConnection? newcomer))
            newcomer.Abort();
        return ValueTask.CompletedTask;
    }
}
