using System.Text.Json;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>Rows that no test could have real peers for: thousands, and such that name themselves badly.</summary>
internal static class PeerJson
{
    public static string Row(int number, string name, string state = "Connected") => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["id"] = number.ToString("x64"),
        ["state"] = state,
        ["endpoint"] = $"tcp://192.0.2.{number % 250}:{9000 + number % 7}",
        ["secure"] = state == "Connected",
        ["last_seen_ms"] = 1200,
        ["key"] = $"r{number}",
        ["node_id"] = name,
        ["direction"] = number % 3 == 0 ? "inbound" : "outbound",
        ["dialable"] = true,
        ["connected_ms"] = 60_000 + number,
        ["rtt_ms"] = number % 300,
        ["rtt_min_ms"] = 1,
        ["agent"] = "Vix.P2p/0.1.0",
        ["protocols"] = new[] { "chat/1" },
        ["persistent"] = false,
        ["bytes_in"] = 1000L * number,
        ["bytes_out"] = 500L * number,
        ["messages_in"] = number,
        ["messages_out"] = number,
        ["send_queue_bytes"] = 0,
        ["attempts"] = 1,
    });

    public static string[] Many(int count) => [.. Enumerable.Range(1, count).Select(number => Row(number, $"peer-{number:0000}", number % 10 == 0 ? "Closed" : "Connected"))];
}
