using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>One connection through the proxy: two sockets, and bytes that pass between them until a fault comes to them.</summary>
internal sealed class ChaosLink
{
    private readonly ChaosProxy _proxy;
    private readonly Socket _dialler;
    private readonly Socket _listener = NewSocket();
    private readonly ChaosUnits[] _units = [new(), new()];
    private readonly int[] _slices = new int[2];
    private readonly bool[] _swallows = new bool[2];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChaosFault? _fault;
    private int _faultUnit;

    public ChaosLink(ChaosProxy proxy, Socket dialler)
    {
        _proxy = proxy;
        _dialler = dialler;
    }

    /// <summary>Whether a fault has come to it that it does not outlive.</summary>
    public bool IsDead => Volatile.Read(ref _fault) is { IsSoft: false, Struck.IsCompleted: true };

    /// <summary>Passes bytes until both ways have ended.</summary>
    public async Task RunAsync(IPEndPoint target)
    {
        try
        {
            _dialler.NoDelay = _listener.NoDelay = true;
            await _listener.ConnectAsync(target);
            Bear(_proxy.TakeNext(), unitsBefore: 0);
            await Task.WhenAll(PassAsync(ChaosWay.FromDialler), PassAsync(ChaosWay.FromListener));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A node has reset it, or nobody listens.
        }
        finally
        {
            Reset();
            if (Volatile.Read(ref _fault) is { } fault)
            {
                if (fault.Struck.IsCompleted)
                    fault.Pass();
                else
                    _proxy.GiveBack(fault);
            }
        }
    }

    /// <summary>Both ends get a reset.</summary>
    public void Reset()
    {
        Reset(_dialler);
        Reset(_listener);
        _ended.TrySetResult();
    }

    private async Task PassAsync(ChaosWay way)
    {
        var (from, to) = way == ChaosWay.FromDialler ? (_dialler, _listener) : (_listener, _dialler);
        var units = _units[(int)way];
        var buffer = new byte[16 * 1024];
        ReadOnlyMemory<byte> rest = default;
        try
        {
            while (true)
            {
                if (FaultOf(way) is { } due && units.HasReached(_faultUnit, due.Spot) && !await StrikeAsync(due, from, to))
                    return;
                if (rest.IsEmpty)
                {
                    var count = await from.ReceiveAsync(buffer);
                    if (count == 0)
                        break;
                    rest = buffer.AsMemory(0, count);
                    continue;
                }

                rest = rest[await SendSomeAsync(way, rest, to)..];
            }

            if (!_swallows[(int)way])
                to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One end has gone, so the other one goes, unless it is to hear nothing of that.
            if (!_swallows[(int)way])
                Reset();
        }
    }

    private async ValueTask<int> SendSomeAsync(ChaosWay way, ReadOnlyMemory<byte> rest, Socket to)
    {
        if (_swallows[(int)way])
            return rest.Length;
        var units = _units[(int)way];
        var some = rest;
        if (_slices[(int)way] > 0)
        {
            some = rest[..1];
            if (--_slices[(int)way] == 0)
                Pass();
        }

        if (FaultOf(way) is { } due)
            some = some[..units.PassUntil(some.Span, _faultUnit, due.Spot)];
        else
            units.Pass(some.Span);
        for (var left = some; left.Length > 0; left = left[await to.SendAsync(left)..])
            ;
        return some.Length;
    }

    // False when this way is over.
    private async Task<bool> StrikeAsync(ChaosFault fault, Socket from, Socket to)
    {
        var way = (int)fault.Way;
        fault.Strike();
        switch (fault.Kind)
        {
            case ChaosKind.Delay:
                await PauseAsync(TimeSpan.FromMilliseconds(fault.Amount));
                Pass();
                return true;
            case ChaosKind.Slices:
                _slices[way] = fault.Amount;
                return true;
            case ChaosKind.Stall:
                _swallows[way] = true;
                return true;
            case ChaosKind.Clog:
                _swallows[way] = true;
                await _ended.Task;
                return false;
            case ChaosKind.ResetSender:
            case ChaosKind.ResetReceiver:
                _swallows[0] = _swallows[1] = true;
                Reset(fault.Kind == ChaosKind.ResetSender ? from : to);
                return true;
            case ChaosKind.HalfClose:
                to.Shutdown(SocketShutdown.Send);
                _swallows[way] = true;
                return true;
            case ChaosKind.Cut:
                _swallows[0] = _swallows[1] = true;
                from.Shutdown(SocketShutdown.Send);
                to.Shutdown(SocketShutdown.Send);
                return true;
            default:
                Reset();
                return false;
        }
    }

    // The fault that is to come to this way: the connection's own, or the next one for a connection that is established.
    private ChaosFault? FaultOf(ChaosWay way)
    {
        if (Volatile.Read(ref _fault) is null && _units[0].Count >= 2 && _units[1].Count >= 2 && _proxy.TakeEstablished(way) is { } fault)
        {
            var units = _units[(int)way];
            Bear(fault, units.Count + (units.Offset > 0 ? 1 : 0));
        }

        return Volatile.Read(ref _fault) is { } own && own.Way == way && !own.Struck.IsCompleted ? own : null;
    }

    private void Bear(ChaosFault? fault, int unitsBefore)
    {
        _faultUnit = unitsBefore + (fault?.Unit ?? 0);
        Volatile.Write(ref _fault, fault);
    }

    // A fault that is over leaves the connection as it was, ready for another one.
    private void Pass()
    {
        var fault = Volatile.Read(ref _fault);
        Volatile.Write(ref _fault, null);
        fault?.Pass();
    }

    private static async Task PauseAsync(TimeSpan pause)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = TimeProvider.System.CreateTimer(_ => over.TrySetResult(), null, pause, Timeout.InfiniteTimeSpan);
        await over.Task;
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

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
