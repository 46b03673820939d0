namespace Vix.P2p.Messages;

/// <summary>The run of the application's handler over one stream that the other side has opened; in the pool, and counted.</summary>
internal sealed class StreamHandling(PeerChannel channel, ProtocolRegistration protocol) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private StreamState? _stream;
    private CancellationTokenSource? _source;
    private Task _cancelling = Task.CompletedTask;
    private bool _cancelled;

    /// <summary>Cancelled when the stream breaks off and when the node stops; made when it is first asked for.</summary>
    public CancellationToken Token
    {
        get
        {
            lock (_gate)
            {
                if (_source is null && _cancelled)
                    return new CancellationToken(canceled: true);
                return (_source ??= CancellationTokenSource.CreateLinkedTokenSource(channel.Settings.Stopping)).Token;
            }
        }
    }

    public void Start(StreamState stream)
    {
        _stream = stream;
        channel.Settings.Work.Enter();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>The handler's work is no longer wanted. What the application has registered runs in the pool, not here.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            if (_cancelled)
                return;
            _cancelled = true;
            if (_source is { } source)
                _cancelling = source.CancelAsync();
        }
    }

    /// <summary>Those that run are counted, and a stop waits for them.</summary>
    public void Execute() => _ = RunAsync(_stream!);

    private async Task RunAsync(StreamState stream)
    {
        // One that was aborted before its turn came costs no more than this.
        if (stream.Fault is null)
            await HandleAsync(stream).ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
        await EndTokenAsync().ConfigureAwait(false);
        channel.Streams.Handled(stream);
        channel.Settings.Work.Leave();
    }

    private async Task HandleAsync(StreamState stream)
    {
        var context = new P2pStreamContext(channel, new P2pStream(stream), this);
        try
        {
            try
            {
                await protocol.OnStream!(context).ConfigureAwait(false);
            }
            finally
            {
                await context.DisposeScopeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsCausedElsewhere(stream, e))
        {
            // The peer broke off, or the node stops, and the handler passes that on: it has not failed.
            if (channel.Settings.Stopping.IsCancellationRequested)
                stream.Abort(P2pErrorCode.ShuttingDown);
        }
        catch (Exception e)
        {
            channel.HandlerFailed(protocol.Name, e);
            stream.Abort(P2pErrorCode.HandlerFailed);
        }
    }

    private bool IsCausedElsewhere(StreamState stream, Exception exception) => exception switch
    {
        P2pStreamException => stream.Fault is not null || stream.Sender.Fault is not null,
        // A stream that had ended in good order has no fault when its connection ends under the handler.
        OperationCanceledException => channel.Settings.Stopping.IsCancellationRequested || stream.Fault is not null || Volatile.Read(ref _cancelled),
        _ => false,
    };

    private async Task EndTokenAsync()
    {
        Task cancelling;
        lock (_gate)
        {
            _cancelled = true;
            cancelling = _cancelling;
        }

        try
        {
            await cancelling.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // What the handler had registered threw.
            channel.HandlerFailed(protocol.Name, e);
        }

        _source?.Dispose();
    }
}
