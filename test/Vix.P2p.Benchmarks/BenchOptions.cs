using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Vix.P2p.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    public const string Handshake = "handshake";
    public const string Memory = "memory";
    public const string Records = "records";
    public const string Http = "http";
    public const string Messages = "messages";
    public const string RoundTrip = "roundtrip";
    public const string Fanout = "fanout";
    public const string Streams = "streams";
    public const string Control = "control";
    public const string Events = "events";
    public const string Heartbeats = "heartbeats";
    public const string Flood = "flood";
    public const string Storm = "storm";

    public const string Usage =
        """
        build/bench.sh [section ...] [--quick] [--ends N] [--seconds N]

          handshake  secured connections a second against SslStream, and where their time goes
          memory     what an idle connection end holds, against SslStream
          records    sealing and opening a record against bare AES-GCM
          http       GET status and GET peers against a bare minimal API, with 100 and with 5,000 peers
          messages   one-way messages a second against SslStream, raw sockets and the bare limit
          roundtrip  a request or 32 bytes of a stream and back, in one process and in two
          fanout     one peer to a hundred, a hundred to one, and one of them that does not read
          streams    1 GiB over a stream, 64 streams at once
          control    GET status while messages take all cores
          events     200 readers of event streams, and what they take from messages
          heartbeats what 1,000 and 10,000 idle peers take of a processor, and GET peers with them
          flood      5,000 Hellos a second beside honest traffic, with a network key and without
          storm      200 nodes whose hub is killed and started again
          --quick    rounds of a fraction of a second: shows that it runs, its figures mean nothing
          --seconds N  how long each flood lasts, 3 to 3600 (default 60)
          --ends N   idle connections, 2 to 15000 (default 10000, which takes as many handles)

        Without a name all of them run.
        """;

    private static readonly string[] All = [Handshake, Memory, Records, Http, Messages, RoundTrip, Fanout, Streams, Control, Events, Heartbeats, Flood, Storm];

    public required IReadOnlyList<string> Sections { get; init; }

    public bool Quick { get; init; }

    /// <summary>Idle connections that are held at once.</summary>
    public int Ends { get; init; } = 10_000;

    /// <summary>How often each contender runs; they take turns, and the median counts.</summary>
    public int Rounds { get; init; } = 7;

    /// <summary>How long one of its turns takes.</summary>
    public TimeSpan RoundTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long each contender runs before the first round, until its code is compiled for good.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long each flood lasts.</summary>
    public TimeSpan FloodTime { get; init; } = TimeSpan.FromSeconds(60);

    public static bool TryParse(string[] args, [NotNullWhen(true)] out BenchOptions? options)
    {
        options = null;
        List<string> sections = [];
        bool quick = false;
        int? ends = null;
        int? seconds = null;
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick")
                quick = true;
            else if (args[i] == "--ends" && i + 1 < args.Length && int.TryParse(args[++i], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 2 and <= 15_000)
                ends = count;
            else if (args[i] == "--seconds" && i + 1 < args.Length && int.TryParse(args[++i], NumberStyles.None, CultureInfo.InvariantCulture, out int time) && time is >= 3 and <= 3600)
                seconds = time;
            else if (All.Contains(args[i]))
                sections.Add(args[i]);
            else
                return false;
        }

        options = new BenchOptions { Sections = sections.Count > 0 ? sections : All, Ends = ends ?? 10_000 };
        if (quick)
            options = options with { Quick = true, Ends = ends ?? 50, Rounds = 1, RoundTime = TimeSpan.FromSeconds(0.2), WarmUp = TimeSpan.FromSeconds(0.1) };
        options = options with { FloodTime = TimeSpan.FromSeconds(seconds ?? (quick ? 3 : 60)) };
        return true;
    }
}
