using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>Sends bytes that no client would, to an app on a real socket.</summary>
internal static class RawHttp
{
    public static void Kestrel(WebApplicationBuilder builder) =>
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));

    public static async Task<string> SendAsync(ControlApp app, string request, bool halfClose = false)
    {
        string answer = await ExchangeAsync(app, request, halfClose);
        SecretWatch.Look("an answer over a socket", answer);
        return answer;
    }

    private static async Task<string> ExchangeAsync(ControlApp app, string request, bool halfClose)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(app.Address).Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        if (halfClose)
            client.Client.Shutdown(SocketShutdown.Send);
        StringBuilder answer = new();
        byte[] buffer = new byte[4096];
        // The server may wait a while for the rest of a body that it does not want: the answer ends with its length.
        for (int read = 1; read > 0 && !IsWhole(answer.ToString(), request.StartsWith("HEAD", StringComparison.Ordinal));)
        {
            try
            {
                read = await stream.ReadAsync(buffer);
            }
            catch (IOException)
            {
                return answer.ToString(); // a reset is a closed connection
            }

            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return answer.ToString();
    }

    private static bool IsWhole(string answer, bool isHead)
    {
        int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0 || isHead)
            return false;
        Match length = Regex.Match(answer[..end], "Content-Length: ([0-9]+)");
        return length.Success && answer.Length == end + 4 + int.Parse(length.Groups[1].Value);
    }
}
