using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Vix.P2p.Transport;

namespace Vix.P2p.Simulation.Network;

/// <summary>One end of a link, which a node has as a connection of its transport. It ends as a socket does.</summary>
internal sealed class LinkEnd : IP2pTransportConnection
{
    private static readonly PipeOptions Unbounded = new(pauseWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Pipe _inbox = new(Unbounded);
    private readonly LinkWriter _output;

    public LinkEnd(SimHost host, IPEndPoint local, IPEndPoint remote)
    {
        Host = host;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        Input = new LinkReader(this, _inbox.Reader);
        _output = new LinkWriter(this);
    }

    public SimHost Host { get; }

    public EndPoint? LocalEndPoint { get; }

    public EndPoint? RemoteEndPoint { get; }

    public PipeReader Input { get; }

    public PipeWriter Output => _output;

    /// <summary>The way to the other end; set just after both are made.</summary>
    public Flow Outgoing { get; set; } = null!;

    public bool IsAborted { get; private set; }

    public bool IsReset { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Whether nothing comes or goes here any more.</summary>
    public bool IsOver => IsAborted || IsReset || IsDisposed;

    public void Abort()
    {
        if (IsOver)
            return;
        IsAborted = true;
        Wake();
        Outgoing.Reset(overtakes: Host.Network.Random.Chance(0.5));
    }

    public ValueTask DisposeAsync()
    {
        if (IsDisposed)
            return ValueTask.CompletedTask;
        if (!IsOver)
            Outgoing.End();
        IsDisposed = true;
        _inbox.Reader.Complete();
        return ValueTask.CompletedTask;
    }

    /// <summary>Bytes have come.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (!Host.IsAlive || IsDisposed)
        {
            // As a machine answers for a connection that it does not know.
            if (!IsAborted && !bytes.IsEmpty)
                Outgoing.Reset(overtakes: true);
            return;
        }

        if (IsOver)
            return;
        _inbox.Writer.Write(bytes);
        // Never waits: the inbox has no bound, the window is the flow's.
        ValueTask<FlushResult> flush = _inbox.Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
            throw new InvalidOperationException("An inbox without a bound is full.");
    }

    public void TakeEnd()
    {
        if (!IsOver)
            _inbox.Writer.Complete();
    }

    /// <summary>The peer or the network has reset the connection.</summary>
    public void TakeReset()
    {
        if (IsOver)
            return;
        IsReset = true;
        Outgoing.Clear();
        Wake();
    }

    private void Wake()
    {
        _inbox.Reader.CancelPendingRead();
        Outgoing.ReleaseFlush(isCanceled: false, isCompleted: true);
    }
}
