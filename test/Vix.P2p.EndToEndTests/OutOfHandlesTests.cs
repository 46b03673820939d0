using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests;

/// <summary>Row 20 of docs/security.md with a real process: strangers take all handles that they can get of it.</summary>
[Platform(Include = "Linux", Reason = "Counts and limits the handles of a process as Linux does.")]
public sealed class OutOfHandlesTests
{
    // What docs/security.md promises to leave to the process.
    private const int Reserve = 32;
    private const int HandlesForPeers = 12;
    private const int Strangers = 100;

    [Test]
    public async Task Accept_HandlesAreUsedUp_LeavesTheReserveAndTakesPeersWhenTheFloodIsOver()
    {
        int port = FreePort.Next();
        // Handshakes that wait for their first byte longer than the flood lasts: no handle comes back by itself.
        string[] settings = [$"P2p:ListenPort={port}", "P2p:HandshakeTimeout=00:01:00"];
        string link = $"P2p:Peers:0=tcp://127.0.0.1:{port}";
        int limit = await HandlesInUseAsync(settings, link) + HandlesForPeers + Reserve;
        await using WebApp hub = await WebApp.StartWithHandlesAsync(limit, settings);
        await using WebApp early = await WebApp.StartAsync(link);
        await hub.ConnectedPeerAsync();

        List<Socket> flood = [];
        try
        {
            for (int stranger = 0; stranger < Strangers; stranger++)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                flood.Add(socket);
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
                }
                catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionReset)
                {
                    // It came when only the reserve was left, and was reset before it knew that it was there.
                }
            }

            await hub.Process.WaitForOutputAsync($"[p2p] accepting pauses: All but the last {Reserve} of the {limit} handles", TimeSpan.FromSeconds(30));
            HandlesOf(hub).Should().BeLessThan(limit - Reserve / 2, "without handles the runtime could not even start a thread");
            (await hub.ConnectedPeerAsync()).Text("state").Should().Be("Connected", "who is there stays there, and the control plane answers");
        }
        finally
        {
            flood.ForEach(socket => socket.Dispose());
        }

        await using WebApp late = await WebApp.StartAsync(link);
        await late.PeerAsync(row => row.Text("state") == "Connected", TimeSpan.FromSeconds(60), "a peer that comes after the flood is let in");
        (await early.GetAsync("/p2p/status")).Number("connect_attempts").Should().Be(1, "its connection is still the first one");
    }

    // How many that are depends on the system and the version of .NET; it is far more than 64 before a program's first line.
    private static async Task<int> HandlesInUseAsync(string[] settings, string link)
    {
        await using WebApp hub = await WebApp.StartAsync(settings);
        await using WebApp peer = await WebApp.StartAsync(link);
        await hub.ConnectedPeerAsync();
        return HandlesOf(hub);
    }

    private static int HandlesOf(WebApp app) => Directory.GetFiles($"/proc/{app.Process.Id}/fd").Length;
}
