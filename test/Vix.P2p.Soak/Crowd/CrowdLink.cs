using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Vix.P2p.Soak.Crowd;

/// <summary>The other process, as the hub's sees it.</summary>
internal sealed class CrowdLink : IAsyncDisposable
{
    private const int Listeners = 48;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private readonly Queue<PeerEndpoint> _listeners = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long[] _stats = new long[10];

    private CrowdLink(Process process)
    {
        _process = process;
        _reading = Task.Run(ReadAsync);
    }

    public long Joins => _stats[0];

    public long Refused => _stats[1];

    public long Strangers => _stats[2];

    public long Messages => _stats[3];

    public long Requests => _stats[4];

    public long Streams => _stats[5];

    public long Unexpected => _stats[6];

    /// <summary>What was alive on its heap when it last looked.</summary>
    public long Heap => _stats[7];

    public long WorkingSet => _stats[8];

    public long Handles => _stats[9];

    public static async Task<CrowdLink> StartAsync(PeerEndpoint hub, SoakOptions options, string identities)
    {
        string program = Environment.ProcessPath!;
        // The dotnet command, where the program was not started by its own executable.
        string[] assembly = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Assembly.GetExecutingAssembly().Location] : [];
        string[] args = [CrowdProcess.Argument, hub.ToString(), options.Seed.ToString(CultureInfo.InvariantCulture), options.Pace.ToString(CultureInfo.InvariantCulture), identities];
        Process process = Process.Start(new ProcessStartInfo(program, [.. assembly, .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} could not be started.");
        var crowd = new CrowdLink(process);
        await crowd._ready.Task;
        return crowd;
    }

    public void Come(int peers) => _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"go {peers}"));

    /// <summary>Completes when all have left.</summary>
    /// <exception cref="TimeoutException">Some did not: their nodes cannot be stopped.</exception>
    public async Task LeaveAsync()
    {
        _left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _process.StandardInput.WriteLineAsync("stop");
        await _left.Task.WaitAsync(Patience);
    }

    /// <summary>One of those who listen, or did a while ago; null when nobody has yet.</summary>
    public PeerEndpoint? SomeListener(Random random)
    {
        lock (_gate)
            return _listeners.Count == 0 ? null : _listeners.ElementAt(_listeners.Count - 1 - random.Next(Math.Min(_listeners.Count, random.Next(2) == 0 ? 8 : Listeners)));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience / 4))
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            switch (words[0])
            {
                case "ready":
                    _ready.TrySetResult();
                    break;
                case "left":
                    _left.TrySetResult();
                    break;
                case "stats":
                    _stats = [.. words.Skip(1).Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
                    break;
                case "listen":
                    lock (_gate)
                    {
                        _listeners.Enqueue(PeerEndpoint.Parse(words[1]));
                        if (_listeners.Count > Listeners)
                            _listeners.Dequeue();
                    }

                    break;
            }
        }

        var gone = new InvalidOperationException("The crowd's process has ended; it says why above.");
        _ready.TrySetException(gone);
        _left.TrySetException(gone);
    }
}
