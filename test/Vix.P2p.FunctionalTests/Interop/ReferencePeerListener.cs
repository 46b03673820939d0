using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Accepts connections for reference peers on a loopback port that the system chose.</summary>
internal sealed class ReferencePeerListener : IDisposable
{
    private readonly Socket _socket;
    private readonly ReferencePeerOptions _options;

    public ReferencePeerListener(ReferencePeerOptions options)
    {
        _options = options;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Takes the next connection; what is said on it is up to the caller, starting with ReadHelloAsync.</summary>
    /// <exception cref="OperationCanceledException">Nobody came before the options' deadline.</exception>
    public async Task<ReferencePeer> AcceptAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.Deadline);
        var accepted = await _socket.AcceptAsync(deadline.Token);
        return new ReferencePeer(accepted, isInitiator: false, _options, cancellationToken);
    }

    public void Dispose() => _socket.Dispose();
}
