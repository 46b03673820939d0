using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Control;

/// <summary>
/// Asks for the status once a millisecond by one keep-alive connection, from a thread of its own, so that it does not
/// wait for a thread of the pool which it is to find busy.
/// </summary>
internal sealed class StatusPoller : IDisposable
{
    private static readonly byte[] Request = Encoding.ASCII.GetBytes($"GET {ControlHost.Node}{ControlHost.Status} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];

    public StatusPoller(int port) => _socket.Connect(IPAddress.Loopback, port);

    public Latencies Latencies { get; } = new();

    public Task RunAsync(TimeSpan time) => Task.Factory.StartNew(() => Run(time), TaskCreationOptions.LongRunning);

    public void Dispose() => _socket.Dispose();

    private void Run(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            long before = Stopwatch.GetTimestamp();
            Get();
            Latencies.Add(Stopwatch.GetTimestamp() - before);
            Thread.Sleep(1);
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        Latencies.EndTurn();
    }

    private void Get()
    {
        _socket.Send(Request);
        int length = 0;
        do
        {
            int read = _socket.Receive(_buffer.AsSpan(length), SocketFlags.None);
            if (read == 0)
                throw new InvalidOperationException("The server closed the connection.");
            length += read;
        }
        while (!HttpLoad.IsWhole(_buffer.AsSpan(0, length)));
    }
}
