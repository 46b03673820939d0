using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>A link that tests can cut, silence or lead elsewhere: it passes bytes between its own port and a target.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly List<Task> _tasks = [];
    private readonly Task _accepting;
    private volatile IPEndPoint _target;
    private volatile bool _swallows;
    private volatile TaskCompletionSource? _held;
    private bool _disposed;

    public TcpProxy(IPEndPoint target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = PeerEndpoint.Create("127.0.0.1", ((IPEndPoint)_listener.LocalEndPoint!).Port);
        _accepting = AcceptAsync();
    }

    public PeerEndpoint Address { get; }

    /// <summary>Leads connections that come from now on to another place.</summary>
    public void LeadTo(IPEndPoint target) => _target = target;

    /// <summary>From now on takes bytes and passes none on; or passes them again.</summary>
    public void Swallow(bool swallows = true) => _swallows = swallows;

    /// <summary>Keeps bytes back until <see cref="Release"/>, and then passes them on.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        var held = _held;
        _held = null;
        held?.SetResult();
    }

    /// <summary>Resets every connection, both ways.</summary>
    public void Cut()
    {
        Socket[] sockets;
        lock (_gate)
            sockets = [.. _sockets];
        foreach (var socket in sockets)
            Reset(socket);
    }

    public async ValueTask DisposeAsync()
    {
        Task[] tasks;
        lock (_gate)
        {
            _disposed = true;
            tasks = [.. _tasks];
        }

        _listener.Dispose();
        Release();
        Cut();
        await _accepting.Soon();
        await Task.WhenAll(tasks).Soon();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var accepted = await _listener.AcceptAsync();
                lock (_gate)
                    _tasks.Add(PassAsync(accepted));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task PassAsync(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Keep(near);
        Keep(far);
        try
        {
            await far.ConnectAsync(_target);
            near.NoDelay = far.NoDelay = true;
            await Task.WhenAll(PassAsync(near, far), PassAsync(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Reset(near);
        }
        finally
        {
            Forget(near);
            Forget(far);
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count && count > 0)
            {
                if (_held is { } held)
                    await held.Task;
                if (!_swallows)
                    await to.SendAsync(buffer.AsMemory(0, count));
            }

            if (!_swallows)
                to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Reset(from);
            Reset(to);
        }
    }

    private void Keep(Socket socket)
    {
        bool late;
        lock (_gate)
        {
            _sockets.Add(socket);
            late = _disposed;
        }

        if (late)
            Reset(socket);
    }

    private void Forget(Socket socket)
    {
        lock (_gate)
            _sockets.Remove(socket);
        socket.Dispose();
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        socket.Dispose();
    }
}
