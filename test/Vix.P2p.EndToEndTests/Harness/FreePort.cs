using System.Net;
using System.Net.Sockets;

namespace Vix.P2p.EndToEndTests.Harness;

/// <summary>Ports that nobody uses at this moment.</summary>
internal static class FreePort
{
    // Below the range from which systems take the ports of outgoing connections, so that none of those gets in between.
    private const int First = 12_000;
    private const int Last = 32_000;

    public static int Next()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, Last);
            using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }
}
