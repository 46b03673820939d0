using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;
using Vix.P2p.Shared;

namespace Vix.P2p.EndToEndTests;

/// <summary>Row 20 of docs/security.md with a real process: strangers take all handles that it may have.</summary>
[Platform(Include = "Linux", Reason = "Counts and limits the handles of a process as Linux does.")]
public sealed class OutOfHandlesTests
{
    private const int HandlesLeft = 12;
    private const int Strangers = 100;

    [Test]
    public async Task Accept_WithoutHandles_PausesAndTakesPeersWhenTheFloodIsOver()
    {
        int port = FreePort.Next();
        // Handshakes that wait for their first byte longer than the flood lasts: no handle comes back by itself.
        await using WebApp hub = await WebApp.StartAsync($"P2p:ListenPort={port}", "P2p:HandshakeTimeout=00:01:00");
        string link = $"P2p:Peers:0=tcp://127.0.0.1:{port}";
        await using WebApp early = await WebApp.StartAsync(link);
        await hub.ConnectedPeerAsync();
        await LimitHandlesAsync(hub.Process.Id);

        List<Socket> flood = [];
        try
        {
            for (int stranger = 0; stranger < Strangers; stranger++)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                flood.Add(socket);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            }

            await hub.Process.WaitForOutputAsync("[p2p] accepting pauses: ", TimeSpan.FromSeconds(30));
            (await early.ConnectedPeerAsync()).Text("state").Should().Be("Connected", "who is there stays there");
        }
        finally
        {
            flood.ForEach(socket => socket.Dispose());
        }

        await using WebApp late = await WebApp.StartAsync(link);
        await late.PeerAsync(row => row.Text("state") == "Connected", TimeSpan.FromSeconds(60), "a peer that comes after the flood is let in");
        (await early.GetAsync("/p2p/status")).Number("connect_attempts").Should().Be(1, "its connection is still the first one");
    }

    // A process of .NET 10 has more than 64 handles open before the first line of its program runs, so `ulimit -n 64` is
    // no start; the same state is a limit that leaves a dozen to one that runs.
    private static async Task LimitHandlesAsync(int process)
    {
        string limit = (Directory.GetFiles($"/proc/{process}/fd").Length + HandlesLeft).ToString(CultureInfo.InvariantCulture);
        try
        {
            await ChildProcess.RunAsync("prlimit", Repository.Root, ["--pid", process.ToString(CultureInfo.InvariantCulture), $"--nofile={limit}:{limit}"]);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            Assert.Ignore($"Skipped: the handles of a process cannot be limited here: {e.Message}");
        }
    }
}
