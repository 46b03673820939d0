using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.Soak.Crowd;

/// <summary>One who connects from an address of his own and speaks no handshake, or not all of it.</summary>
internal static class Stranger
{
    // Its length, "VIXP2P", version, suite and flags: what comes after is not what it says.
    private static readonly byte[] Hello = [0, 200, .. "VIXP2P"u8, 1, 1, 0];

    public static async Task VisitAsync(IPEndPoint hub, Random random, double pace, CancellationToken stopping)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        // Only Linux has all of 127.0.0.0/8 from the start.
        if (OperatingSystem.IsLinux())
            socket.Bind(new IPEndPoint(new IPAddress([127, (byte)random.Next(1, 255), (byte)random.Next(256), (byte)random.Next(1, 255)]), 0));
        await socket.ConnectAsync(hub, stopping);
        byte[] bytes = new byte[random.Next(1, 6000)];
        random.NextBytes(bytes);
        int way = random.Next(5);
        if (way is 1 or 2)
            Hello.AsSpan(0, Math.Min(Hello.Length, bytes.Length)).CopyTo(bytes);
        if (way is 2)
            bytes = bytes[..Math.Min(bytes.Length, random.Next(1, 150))];
        if (way > 0)
            await socket.SendAsync(bytes, stopping);
        // Some go at once and some sit there, past the handshake's deadline too.
        if (random.Next(2) == 0)
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 8 * pace), stopping);
        if (way == 4)
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
    }
}
