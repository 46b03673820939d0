using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>A node with some history, for pictures: what its control plane would have answered, the same each time.</summary>
internal sealed class Scene(int peers)
{
    private const string Instance = "5f0c2a9e7b1d4c38a6e0915d2b7f4c83";
    private static readonly DateTime Now = new(2026, 3, 14, 9, 29, 44, DateTimeKind.Utc);
    private static readonly string[] Names = ["frankfurt-1", "frankfurt-2", "oslo-edge", "lisbon-cache", "tokyo-1", "tokyo-2", "ams-relay", "sydney-1", "montreal-db", "pi-garage", "build-agent-7", "kiosk-03"];
    private static readonly int[] RoundTrips = [3, 4, 28, 41, 212, 215, 9, 290, 88];

    private readonly Random _random = new(17);
    private int _second = -1;

    /// <summary>Answers what the page asks. At first the node has no past.</summary>
    public async Task PlayAsync(IPage page)
    {
        int asked = 0;
        object[] rows = Rows(0);
        await page.RouteAsync("**/p2p/peers?*", route => route.FulfillAsync(Json(new { ok = true, peers = Rows(Interlocked.Increment(ref asked)), total = peers, matched = peers, returned = peers, revision = 400 })));
        await AnswerAsync(page, "attempts/a1", new { ok = true, attempt = Attempt("a1", 12, "Failed", "connection_refused", 2) });
        await AnswerAsync(page, "connect", new { ok = true, started = true, endpoint = Endpoint(12), attempt_id = "a1", state = "Connecting" });
        await page.RouteAsync("**/p2p/peers/*", route => route.FulfillAsync(Json(new { ok = true, peer = rows[int.Parse(route.Request.Url[(route.Request.Url.LastIndexOf('r') + 1)..], CultureInfo.InvariantCulture) - 1] })));
        await page.RouteAsync("**/p2p/events*", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/event-stream", Body = Events(rows) }));
    }

    /// <summary>Tells the page of the last two minutes, all at once: it goes by the node's clock.</summary>
    public void TellThePast() => Volatile.Write(ref _second, 0);

    private static Task AnswerAsync(IPage page, string path, object body) => page.RouteAsync($"**/p2p/{path}", route => route.FulfillAsync(Json(body)));

    private static RouteFulfillOptions Json(object body) => new() { ContentType = "application/json", Body = JsonSerializer.Serialize(body) };

    // Each answer ends, and the page asks for the next.
    private string Events(object[] rows)
    {
        StringBuilder text = new();
        (double messages, double bytes) = (91_234, 410e6);
        if (Interlocked.CompareExchange(ref _second, 121, 0) != 0)
        {
            if (Volatile.Read(ref _second) < 0)
                Append(text, "status", new { type = "status", revision = 400, at = Now, status = Status(-1, messages, bytes) });
            else
                text.Append(":\n\nevent: nothing\ndata: \n\n");
            return text.ToString();
        }

        for (int second = 0; second < 121; second++)
        {
            double load = 1 + 0.45 * Math.Sin(second / 9.0) + 0.25 * _random.NextDouble() + (second is > 70 and < 84 ? 0.9 : 0);
            messages += 420 * load;
            bytes += 1.9e6 * load;
            Append(text, "status", new { type = "status", revision = 400, at = Now.AddSeconds(second - 120), status = Status(second, messages, bytes) });
        }

        string[] kinds = ["peer_connecting", "peer_connected", "connect_failed", "peer_stale", "peer_disconnected", "peer_connecting", "peer_connected"];
        int[] whom = [11, 8, 9, 6, 9, 9, 3];
        for (int i = 0; i < kinds.Length && peers < 100; i++)
        {
            string? reason = kinds[i] switch { "connect_failed" => "connection_refused", "peer_disconnected" => "lost", _ => null };
            Append(text, kinds[i], new { type = kinds[i], revision = 390 + i, at = Now.AddSeconds(7 * i - 60), reason, peer = rows[whom[i]] });
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string type, object data) =>
        text.Append(CultureInfo.InvariantCulture, $"event: {type}\ndata: {JsonSerializer.Serialize(data, Options)}\n\n");

    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private object Status(int second, double messages, double bytes)
    {
        int away = peers > 100 ? peers / 17 + peers / 29 : second < 40 ? 5 : 3;
        return new
        {
            ok = true,
            running = true,
            peers_total = peers,
            peers_connected = peers - away,
            handshakes_started = 44,
            handshakes_completed = 41,
            node_id = "gateway-eu",
            id = Id("gateway-eu"),
            state = "Running",
            agent = "Vix.P2p/0.1.0",
            instance = Instance,
            api_version = 1,
            started_at = Now.AddHours(-5.3),
            uptime_ms = 19_080_000 + 1000 * second,
            revision = 400,
            listen = new[] { "tcp://0.0.0.0:9001", "tcp://[::]:9001" },
            peers_by_state = new { Connected = peers - away },
            handshakes_failed = 3,
            connect_attempts = 25,
            connect_deduped = 2,
            connect_failures = 9,
            backoff_skips = 4,
            tracked_endpoints = 1,
            bytes_in = (long)bytes,
            bytes_out = (long)(bytes * 0.4),
            messages_in = (long)messages,
            messages_out = (long)(messages * 0.62),
            handler_failures = 0,
            limits = new { max_peers = peers > 256 ? 10_000 : 256 },
            limit_rejections = new { max_peers = 0 },
        };
    }

    private object[] Rows(int asked) => [.. Enumerable.Range(0, peers).Select(i => Row(i, asked))];

    private object Row(int i, int asked)
    {
        string state = peers > 100
            ? i % 17 == 0 ? "Disconnected" : i % 29 == 0 ? "Closed" : i % 41 == 0 ? "Stale" : "Connected"
            : i switch { 6 => "Stale", 9 => "Disconnected", 10 => "Closed", 11 => "Connecting", _ => "Connected" };
        bool on = state is "Connected" or "Stale";
        Dictionary<string, object?> row = new()
        {
            ["state"] = state,
            ["endpoint"] = Endpoint(i),
            ["secure"] = on,
            ["key"] = $"r{i + 1}",
            ["direction"] = i % 3 == 1 ? "inbound" : "outbound",
            ["dialable"] = i % 6 != 4,
            ["last_seen_ms"] = state switch { "Connected" => 900, "Stale" => 16_500, "Connecting" => -1, _ => 184_000 },
            ["protocols"] = on ? (string[])["chat/1", "kv/1"] : [],
            ["persistent"] = i % 4 == 0 || i == 9,
            ["bytes_in"] = on ? 1_300_000L * (i + 1) + 90_000L * (i % 5 + 1) * asked : 0,
            ["bytes_out"] = on ? 700_000L * (i + 1) + 31_000L * (i % 7 + 1) * asked : 0,
            ["messages_in"] = on ? 4000 * i : 0,
            ["messages_out"] = on ? 2500 * i : 0,
            ["send_queue_bytes"] = 0,
            ["attempts"] = i == 9 ? 8 : 1,
        };
        if (state != "Connecting")
        {
            row["id"] = Id($"peer{i}");
            row["node_id"] = peers > 100 ? $"{Names[i % 12]}-{i}" : Names[i];
        }

        if (on)
        {
            row["agent"] = "Vix.P2p/0.1.0";
            row["local_endpoint"] = "198.51.100.4:9001";
            row["remote_endpoint"] = $"192.0.2.{i % 250 + 1}:51544";
            row["connected_at"] = Now.AddHours(-5);
            row["connected_ms"] = 18_000_000 - 60_000 * (i % 200);
            row["rtt_ms"] = RoundTrips[i % RoundTrips.Length] + i % 4;
            row["rtt_min_ms"] = RoundTrips[i % RoundTrips.Length];
        }
        else if (state == "Disconnected")
        {
            row["next_attempt_in_ms"] = 23_000;
            row["disconnect_reason"] = "lost";
            row["last_error"] = new { code = i % 2 == 0 ? "connect_timeout" : "connection_refused", message = i % 2 == 0 ? "No address answered in time." : "Nobody listens there.", at = Now.AddSeconds(-41), endpoint = Endpoint(i) };
        }
        else if (state == "Closed")
        {
            row["disconnect_reason"] = "shutting_down";
        }

        return row;
    }

    private static object Attempt(string id, int peer, string state, string reason, int ms) =>
        new { id, endpoint = Endpoint(peer), state, started_at = Now, duration_ms = ms, key = "r13", reason, message = "Nobody listens there." };

    private static string Endpoint(int i) => i % 5 == 4
        ? string.Create(CultureInfo.InvariantCulture, $"tcp://[2001:db8:0:{i:x}::5]:900{i % 7}")
        : string.Create(CultureInfo.InvariantCulture, $"tcp://192.0.2.{i % 250 + 1}:900{i % 7}");

    private static string Id(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
