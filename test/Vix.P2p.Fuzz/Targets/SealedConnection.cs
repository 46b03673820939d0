using Vix.P2p.Fuzz.Running;
using Vix.P2p.Messages;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>A connection with handlers, small limits, and a far end that knows the keys and sends what it likes.</summary>
internal sealed class SealedConnection
{
    /// <summary>How often an input comes that comes many times over.</summary>
    public const int Repeats = 64;

    /// <summary>How many requests are more than it has credit for.</summary>
    public const int LargeRequests = 6;

    /// <summary>The first byte of a stream that is not read on.</summary>
    public const byte Unwanted = 9;

    private const string Everything = "all/1";
    private const string Slow = "slow/1";
    private const int LargeRequest = 65_000;
    private const int LongestRecord = 256;

    private readonly ChannelBench _bench;
    private readonly SealedSetup _setup;
    private readonly TaskCompletionSource _release;
    private readonly List<Task> _own = [];
    private readonly Task _drain;

    private SealedConnection(ChannelBench bench, SealedSetup setup, TaskCompletionSource release)
    {
        _bench = bench;
        _setup = setup;
        _release = release;
        _drain = DrainAsync(bench.Far);
        int requests = setup.HasFlag(SealedSetup.AsksMuch) ? LargeRequests : setup.HasFlag(SealedSetup.Asks) ? 1 : 0;
        for (int i = 0; i < requests; i++)
            _own.Add(EndAsync(bench.Channel.Outgoing.RequestAsync(Everything, new byte[requests > 1 ? LargeRequest : 3], CancellationToken.None).AsTask()));
        if (setup.HasFlag(SealedSetup.Opens))
            _own.Add(EndAsync(TalkAsync()));
    }

    public IReadOnlyList<LogLine> Log => _bench.Log.Lines;

    public static async Task<SealedConnection> OpenAsync(SealedSetup setup)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ProtocolRegistration everything = new(Everything)
        {
            OnMessage = _ => ValueTask.CompletedTask,
            OnRequest = context => context.ReplyAsync(context.Payload.Length < 64 ? context.Payload : default),
            OnStream = async context =>
            {
                byte[] room = new byte[256];
                // One that begins so is left unread, and what still comes of it is nobody's.
                while (await context.Stream.ReadAsync(room) is > 0 and int read && room[0] != Unwanted)
                    await context.Stream.WriteAsync(room.AsMemory(0, read));
            },
        };
        ProtocolRegistration slow = new(Slow)
        {
            OnMessage = async _ => await release.Task,
            OnRequest = async _ => await release.Task,
            OnStream = async _ => await release.Task,
        };
        ChannelBench bench = await ChannelBench.OpenAsync(
            [Everything],
            options =>
            {
                options.Limits.MaxMessageBytes = 4096;
                options.Limits.StreamWindowBytes = 1024;
                options.Limits.RequestsPerPeer = 8;
                options.Limits.StreamsPerPeer = 2;
            },
            maxMessage: LargeRequest,
            protocols: [everything, new ProtocolRegistration("bare/1"), slow]);
        return new SealedConnection(bench, setup, release);
    }

    /// <summary>Sends the input and ends the direction; why the connection has ended.</summary>
    public async Task<P2pReason> TakeAsync(byte[] plaintext)
    {
        byte[] bytes = _setup.HasFlag(SealedSetup.Raw) ? plaintext : Seal(plaintext);
        var cuts = new Cuts(plaintext);
        for (int at = 0; at < bytes.Length;)
        {
            int length = _setup.HasFlag(SealedSetup.Cuts) ? cuts.Next(bytes.Length - at) : bytes.Length - at;
            await _bench.Far.SendBytesAsync(bytes.AsMemory(at, length));
            at += length;
        }

        await _bench.Far.HalfCloseAsync();
        return await _bench.EndedAsync();
    }

    /// <summary>Ends it, and waits until nothing is left of it.</summary>
    public async Task DisposeAsync()
    {
        _release.TrySetResult();
        await _drain.Soon();
        await _bench.DisposeAsync();
        await Task.WhenAll(_own).Soon();
        await Waiting.UntilAsync(() => _bench.IsQuiet && _bench.Pool.Count == 0, () => $"{_bench.Pool.Count} arrays are out, or a budget is");
    }

    private byte[] Seal(byte[] plaintext)
    {
        List<byte> wire = [];
        for (int at = 0; at < plaintext.Length;)
        {
            int length = Math.Min(plaintext.Length - at, 1 + (plaintext[at] * 7 % LongestRecord));
            wire.AddRange(_bench.Far.Seal(plaintext.AsSpan(at, length)));
            at += length;
        }

        return [.. wire];
    }

    // What the connection sends is read, so that it is never held up; a record that does not open throws.
    private static async Task DrainAsync(RawEnd far)
    {
        while (await far.ReadRecordAsync())
        {
        }
    }

    private async Task TalkAsync()
    {
        await using P2pStream stream = await _bench.Channel.Streams.OpenAsync(Everything, CancellationToken.None);
        await stream.WriteAsync(new byte[10]);
        byte[] room = new byte[256];
        while (await stream.ReadAsync(room) > 0)
        {
        }
    }

    // Whoever asks or reads is told how it ended, by an answer or by one of the library's own exceptions.
    private static async Task EndAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (e is P2pSendException or P2pRemoteException or P2pStreamException)
        {
        }
    }
}
