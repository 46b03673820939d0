using System.Diagnostics.CodeAnalysis;

namespace Vix.P2p.Messages;

/// <content>The workers: each takes one segment after the other and hands its messages to the application.</content>
internal sealed partial class ReceiveLane
{
    // It allocates only where a handler really waits.
    private async Task WorkAsync()
    {
        if (_before is { } before)
        {
            await before.ConfigureAwait(false);
            _before = null;
        }

        P2pMessageContext? context = null;
        long turn = _channel.Settings.Time.GetTimestamp();
        while (TryTake(ref context, out InboxSegment segment))
        {
            // After the stop of the node what waits is forgotten: the program is taking itself down.
            for (int at = 0; at < segment.Length && !_channel.Settings.IsOver;)
            {
                ReadOnlyMemory<byte> payload = segment.Read(ref at, out int request);
                if (request != InboxSegment.NoRequest)
                    await _channel.Incoming.HandleAsync(this, request, payload).ConfigureAwait(false);
                else
                    await HandleAsync(context, payload).ConfigureAwait(false);
            }

            _channel.Settings.Received.Pool.Return(segment.Array);
            _channel.Settings.Received.Give(segment.Cost);
            GiveBack(segment.Cost);
            // A thread of the pool is not one lane's: others get their turn, and this worker takes a new place.
            if (_channel.Settings.Time.GetElapsedTime(turn).TotalMilliseconds > 1)
            {
                lock (_gate)
                    _contexts.Push(context);
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }

        _channel.Settings.Work.Leave();
    }

    // Clears its place in the same lock that finds nothing to do, so that no message is left without a worker.
    private bool TryTake([NotNullWhen(true)] ref P2pMessageContext? context, out InboxSegment segment)
    {
        bool over;
        lock (_gate)
        {
            if (_segments.TryDequeue(out segment))
            {
                context ??= _contexts.TryPop(out P2pMessageContext? spare) ? spare : new P2pMessageContext(_channel, _protocol.Name);
                return true;
            }

            if (context is not null)
                _contexts.Push(context);
            over = --_running == 0 && _ended;
        }

        if (over)
            Finish();
        return false;
    }

    // Most handlers end before they wait, and then nothing here waits either.
    private ValueTask HandleAsync(P2pMessageContext context, ReadOnlyMemory<byte> payload)
    {
        if (_protocol.OnMessage is not { } handler)
        {
            Log.NoHandler(_channel.Settings.Log, _channel.Peer.Id, _protocol.Name, "messages");
            return ValueTask.CompletedTask;
        }

        context.Payload = payload;
        ValueTask handling;
        try
        {
            handling = handler(context);
            if (handling.IsCompletedSuccessfully && !context.HasScope)
            {
                handling.GetAwaiter().GetResult();
                context.Payload = default;
                return ValueTask.CompletedTask;
            }
        }
        catch (Exception e)
        {
            _channel.HandlerFailed(_protocol.Name, e);
            handling = ValueTask.CompletedTask;
        }

        return EndAsync(context, handling);
    }

    private async ValueTask EndAsync(P2pMessageContext context, ValueTask handling)
    {
        try
        {
            await handling.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _channel.HandlerFailed(_protocol.Name, e);
        }

        context.Payload = default;
        await context.DisposeScopeAsync().ConfigureAwait(false);
    }
}
