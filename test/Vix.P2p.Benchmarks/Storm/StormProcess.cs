using System.Diagnostics;
using System.Globalization;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Storm;

/// <summary>The hub in a process of its own, which can be killed. It says what it has accepted when it is asked.</summary>
internal sealed class StormProcess : IDisposable
{
    public const string Argument = "--storm-hub";

    private readonly Process _process;

    /// <param name="identity">The file with its key.</param>
    /// <param name="port">Where it listens; 0 for any.</param>
    public StormProcess(string identity, int port) => _process = BenchProcess.Start(Argument, identity, port.ToString(CultureInfo.InvariantCulture));

    /// <summary>Its port and id, once it listens.</summary>
    public async Task<(int Port, string Id)> ReadAsync()
    {
        string[] words = (await BenchProcess.ReadLineAsync(_process)).Split(' ');
        return (int.Parse(words[0], CultureInfo.InvariantCulture), words[1]);
    }

    /// <summary>Peers that are connected, and handshakes that were begun.</summary>
    public async Task<(int Connected, long Started)> AskAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        string[] words = (await BenchProcess.ReadLineAsync(_process)).Split(' ');
        return (int.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Kills it by SIGKILL: it says nothing to anybody.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    public static async Task<int> RunAsync(string identity, int port)
    {
        await using var hub = P2pNode.Create(new P2pNodeOptions
        {
            NodeId = "hub",
            ListenAddress = "127.0.0.1",
            ListenPort = port,
            ListenOnAnyPort = port == 0,
            IdentityPath = identity,
        });
        await hub.StartAsync();
        NodeStatus status = hub.GetStatus();
        Console.WriteLine($"{new Uri(status.Listen[0]).Port} {status.Id}");
        while (await Console.In.ReadLineAsync() is not null)
        {
            status = hub.GetStatus();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{status.PeersConnected} {status.HandshakesStarted}"));
        }

        return 0;
    }
}
