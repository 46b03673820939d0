using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Shared;
using Vix.P2p.Tests.Messages;
using Vix.P2p.Tests.Testing;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Documents;

/// <summary>docs/observability.md and the dashboard name what the node really measures and traces, and all of it.</summary>
internal sealed partial class ObservabilityDocumentTests
{
    private static readonly string Document = File.ReadAllText(Repository.Path("docs", "observability.md")).ReplaceLineEndings("\n");

    private static readonly string Dashboard = File.ReadAllText(Repository.Path("docs", "grafana", "vix-p2p.json"));

    [Test]
    public async Task Metrics_OfTheMeter_AreThoseOfTheTable()
    {
        Dictionary<string, HashSet<string>> tags = await MeasuredTagsAsync();
        Instrument[] instruments = await InstrumentsAsync();

        string[] documented = [.. MetricRow().Matches(Document).Select(row =>
            $"{row.Groups["name"].Value} | {row.Groups["kind"].Value} | {row.Groups["unit"].Value} | {row.Groups["tags"].Value.Trim()}")];

        documented.Should().BeEquivalentTo(instruments.Select(instrument =>
            $"{instrument.Name} | {Kind(instrument)} | {instrument.Unit} | {string.Join(", ", Order(tags[instrument.Name]))}"));
    }

    [Test]
    public async Task Instruments_Always_FollowTheRulesOfNaming()
    {
        Instrument[] instruments = await InstrumentsAsync();

        instruments.Should().OnlyContain(instrument => instrument.Description!.EndsWith('.') && InstrumentName().IsMatch(instrument.Name) && Unit().IsMatch(instrument.Unit!));
        string[] names = [.. instruments.Select(instrument => instrument.Name)];
        names.Should().OnlyHaveUniqueItems();
        names.Should().NotContain(name => names.Any(other => other.StartsWith(name + ".", StringComparison.Ordinal)), "a name must not be the namespace of another one");
        instruments.OfType<Histogram<double>>().Should().OnlyContain(histogram => histogram.Advice!.HistogramBucketBoundaries!.Count > 5);
    }

    [Test]
    public async Task Spans_OfADialAndARequest_HaveTheTagsOfTheTable()
    {
        using var traces = new TraceSink();
        await using (RequestBench bench = await RequestBench.StartAsync(_ => throw new P2pRemoteException(64, "no")))
        {
            await bench.Invoking(b => b.AskAsync(new byte[] { 1 }).Soon()).Should().ThrowAsync<P2pRemoteException>();
            await bench.A.Invoking(node => node.ConnectAsync(TestNetwork.At("nobody")).Soon()).Should().ThrowAsync<P2pConnectException>();
            await traces.ReadAsync("a", "p2p.connect", 2);
            await traces.ReadAsync("b", RequestBench.Protocol);
        }

        Dictionary<string, string[]> rows = SpanRow().Matches(Document).ToDictionary(
            row => row.Groups["name"].Value,
            row => Tag().Matches(row.Groups["tags"].Value).Select(tag => tag.Value.Trim('`')).ToArray());
        rows.Should().HaveCount(5);
        rows["`p2p.handshake`, inbound"] = [.. rows["`p2p.handshake`, outbound"]];
        Check("`p2p.connect`", "p2p.connect", ActivityKind.Client);
        // None of these has failed.
        Check("`p2p.handshake`, outbound", "p2p.handshake", ActivityKind.Internal, "error.type");
        Check("`p2p.handshake`, inbound", "p2p.handshake", ActivityKind.Server, "error.type");
        Check("the protocol, such as `kv/1`: a request", RequestBench.Protocol, ActivityKind.Client);
        Check("the protocol: the handler of a request", RequestBench.Protocol, ActivityKind.Server);

        void Check(string row, string name, ActivityKind kind, params string[] absent) =>
            traces.Ended.Where(span => span.OperationName == name && span.Kind == kind).SelectMany(span => span.TagObjects).Select(tag => tag.Key).Distinct()
                .Should().BeEquivalentTo(rows[row].Except(absent), row);
    }

    [Test]
    public async Task Dashboard_EachExpression_NamesMetricsAndLabelsThatThereAre()
    {
        (HashSet<string> metrics, HashSet<string> labels) = Prometheus(await InstrumentsAsync(), (await MeasuredTagsAsync()).Values.SelectMany(tag => tag));
        JsonElement root = JsonDocument.Parse(Dashboard).RootElement;
        string[] expressions = [.. Expressions(root), .. AlertExpression().Matches(Document).Select(alert => alert.Groups["expr"].Value)];

        expressions.Should().HaveCountGreaterThan(25);
        foreach (string expression in expressions)
        {
            string[] words = [.. PrometheusName().Matches(StringLiteral().Replace(expression, "")).Select(word => word.Value)];
            words.Should().NotBeEmpty(expression).And.OnlyContain(word => metrics.Contains(word) || labels.Contains(word), expression);
            words.Should().Contain(word => metrics.Contains(word), expression);
            expression.Count(c => c == '(').Should().Be(expression.Count(c => c == ')'));
        }
    }

    [Test]
    public async Task Dashboard_EachInstrument_IsOnIt()
    {
        Instrument[] instruments = await InstrumentsAsync();

        instruments.Should().OnlyContain(instrument => Prometheus(instrument).Any(name => Dashboard.Contains(name, StringComparison.Ordinal)));
    }

    [Test]
    public void Dashboard_Always_IsOneThatGrafanaTakes()
    {
        JsonElement root = JsonDocument.Parse(Dashboard).RootElement;
        JsonElement[] panels = [.. root.GetProperty("panels").EnumerateArray()];

        (root.GetProperty("title").GetString(), root.GetProperty("uid").GetString()).Should().Be(("Vix.P2p", "vix-p2p"));
        root.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()).Should().Equal("datasource", "node");
        panels.Select(panel => panel.GetProperty("id").GetInt32()).Should().OnlyHaveUniqueItems();
        panels.Select(panel => panel.GetProperty("type").GetString()).Distinct().Should().BeEquivalentTo("row", "stat", "timeseries");
        (int X, int Y, int W, int H)[] places = [.. panels.Select(panel => panel.GetProperty("gridPos")).Select(grid =>
            (grid.GetProperty("x").GetInt32(), grid.GetProperty("y").GetInt32(), grid.GetProperty("w").GetInt32(), grid.GetProperty("h").GetInt32()))];
        places.Should().OnlyContain(place => place.X + place.W <= 24);
        for (int i = 0; i < places.Length; i++)
        {
            places.Skip(i + 1).Should().NotContain(other =>
                places[i].X < other.X + other.W && other.X < places[i].X + places[i].W && places[i].Y < other.Y + other.H && other.Y < places[i].Y + places[i].H);
        }
    }

    private static IEnumerable<string> Expressions(JsonElement root) =>
        root.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)
            .Append(root.GetProperty("templating").GetProperty("list")[1].GetProperty("query").GetProperty("query").GetString()!);

    private static async Task<Instrument[]> InstrumentsAsync()
    {
        await using var net = new TestNetwork();
        await net.StartAsync("a");
        var instruments = new ConcurrentBag<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == NodeMetrics.MeterName)
                    instruments.Add(instrument);
            },
        };
        listener.Start();
        return [.. instruments];
    }

    // All tags but the node's that measurements of each instrument have had.
    private static async Task<Dictionary<string, HashSet<string>>> MeasuredTagsAsync()
    {
        var tags = new ConcurrentDictionary<string, ConcurrentBag<string>>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name != NodeMetrics.MeterName)
                    return;
                tags.TryAdd(instrument.Name, []);
                listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, measured, _) => Take(instrument, measured));
        listener.SetMeasurementEventCallback<double>((instrument, _, measured, _) => Take(instrument, measured));
        listener.Start();
        await using (RequestBench bench = await RequestBench.StartAsync(_ => throw new P2pRemoteException(64, "no")))
        {
            await bench.Invoking(b => b.AskAsync(new byte[] { 1 }).Soon()).Should().ThrowAsync<P2pRemoteException>();
            await bench.A.Invoking(node => node.ConnectAsync(TestNetwork.At("nobody")).Soon()).Should().ThrowAsync<P2pConnectException>();
            // Nobody listens to its end of the handshake.
            await using IP2pTransportListener silent = await bench.Net.ListenAsync("silent");
            Task refused = bench.A.ConnectAsync(TestNetwork.At("silent"));
            await (await silent.AcceptAsync(CancellationToken.None))!.DisposeAsync();
            await refused.Invoking(task => task.Soon()).Should().ThrowAsync<P2pConnectException>();
            await Waiting.UntilAsync(() => tags["vix.p2p.server.request.duration"].Contains("error.type") && tags["vix.p2p.handshake.duration"].Contains("error.type") && tags["vix.p2p.connect.duration"].Contains("error.type"));
            listener.RecordObservableInstruments();
        }

        return tags.ToDictionary(instrument => instrument.Key, instrument => instrument.Value.ToHashSet());

        void Take(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> measured)
        {
            foreach (KeyValuePair<string, object?> tag in measured)
            {
                if (tag.Key != "vix.p2p.node")
                    tags[instrument.Name].Add(tag.Key);
            }
        }
    }

    private static IEnumerable<string> Order(IEnumerable<string> tags) =>
        tags.OrderBy(tag => tag == "error.type").ThenBy(tag => tag == "vix.p2p.direction").Select(tag => $"`{tag}`");

    private static string Kind(Instrument instrument) => instrument switch
    {
        ObservableCounter<long> => "counter",
        ObservableUpDownCounter<long> => "up-down counter",
        Histogram<double> => "histogram",
        _ => instrument.GetType().Name,
    };

    private static (HashSet<string> Metrics, HashSet<string> Labels) Prometheus(IEnumerable<Instrument> instruments, IEnumerable<string> tags) =>
        ([.. instruments.SelectMany(Prometheus)], [.. tags.Append("vix.p2p.node").Select(Underscored)]);

    // As the OpenTelemetry collector and the exporters for Prometheus translate names and units.
    private static string[] Prometheus(Instrument instrument)
    {
        string unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            ['{', ..] => "",
            _ => throw new NotSupportedException(instrument.Unit),
        };
        string name = Underscored(instrument.Name) + unit;
        return instrument switch
        {
            ObservableCounter<long> => [name + "_total"],
            Histogram<double> => [name + "_bucket", name + "_sum", name + "_count"],
            _ => [name],
        };
    }

    private static string Underscored(string name) => name.Replace('.', '_');

    [GeneratedRegex(@"^\| `(?<name>vix\.p2p\.[a-z_.]+)` \| (?<kind>[a-z -]+) \| (?<unit>[^|]+) \|(?<tags>[^|]*)\| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"^\| (?<name>[^|]+) \| (?:client|server|internal) \| [^|]+ \| (?<tags>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex SpanRow();

    [GeneratedRegex("`[a-z0-9_.]+`")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^vix\.p2p(\.[a-z]+(_[a-z]+)*)+$")]
    private static partial Regex InstrumentName();

    [GeneratedRegex(@"^(s|By|\{[a-z]+\})$")]
    private static partial Regex Unit();

    [GeneratedRegex(@"\b(vix_p2p|network_io|error_type|rpc_)[a-z_0-9]*")]
    private static partial Regex PrometheusName();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex StringLiteral();

    [GeneratedRegex(@"^\| [a-z ]+ \| `(?<expr>(?:[^|`]|\\\|)*vix_p2p(?:[^|`]|\\\|)*)`[^|]*\|$", RegexOptions.Multiline)]
    private static partial Regex AlertExpression();
}
