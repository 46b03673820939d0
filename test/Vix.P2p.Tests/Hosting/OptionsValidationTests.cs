using FluentAssertions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Vix.P2p.Hosting;

namespace Vix.P2p.Tests.Hosting;

/// <summary>Each rule of the options, at its edges and past them, with the words of its message.</summary>
internal sealed class OptionsValidationTests
{
    private const string Form = ", written like 00:00:05 for five seconds";

    private static readonly object[] Numbers =
    [
        Number("ListenPort", 0, 65535, (o, v) => o.ListenPort = (int)v),
        Number("MaxPeers", 1, 100_000, (o, v) => o.MaxPeers = (int)v),
        Number("DialPolicy:MaxConcurrentDials", 1, 1024, (o, v) => o.DialPolicy.MaxConcurrentDials = (int)v),
        Number("Limits:MaxMessageBytes", 1024, 16 * 1024 * 1024, (o, v) => o.Limits.MaxMessageBytes = (int)v),
        Number("Limits:ConnectionsPerAddress", 1, 100_000, (o, v) => o.Limits.ConnectionsPerAddress = (int)v),
        Number("Limits:ConnectionsPerPrefix56", 1, 100_000, (o, v) => o.Limits.ConnectionsPerPrefix56 = (int)v),
        Number("Limits:ConnectionsPerPrefix48", 1, 100_000, (o, v) => o.Limits.ConnectionsPerPrefix48 = (int)v),
        Number("Limits:NewConnectionsBurst", 1, 100_000, (o, v) => o.Limits.NewConnectionsBurst = (int)v),
        Number("Limits:PendingHandshakes", 1, 100_000, (o, v) => o.Limits.PendingHandshakes = (int)v),
        Number("Limits:PendingHandshakesPerAddress", 1, 100_000, (o, v) => o.Limits.PendingHandshakesPerAddress = (int)v),
        Number("Limits:HandshakeConcurrency", 0, 1024, (o, v) => o.Limits.HandshakeConcurrency = (int)v),
        Number("Limits:EphemeralKeysKept", 0, 1_000_000, (o, v) => o.Limits.EphemeralKeysKept = (int)v),
        Number("Limits:HandshakeBytes", 4608, 65_536, (o, v) => o.Limits.HandshakeBytes = (int)v),
        Number("Limits:SendQueueBytes", 64 * 1024, 1024 * 1024 * 1024, (o, v) => o.Limits.SendQueueBytes = (int)v),
        Number("Limits:SendQueueBytesTotal", 1024 * 1024, 1024L * 1024 * 1024 * 1024, (o, v) => o.Limits.SendQueueBytesTotal = v),
        Number("Limits:RequestsPerPeer", 1, 65_536, (o, v) => o.Limits.RequestsPerPeer = (int)v),
        Number("Limits:StreamsPerPeer", 1, 65_536, (o, v) => o.Limits.StreamsPerPeer = (int)v),
        Number("Limits:StreamWindowBytes", 16 * 1024, 16 * 1024 * 1024, (o, v) => o.Limits.StreamWindowBytes = (int)v),
        Number("Limits:ReceiveQueueBytesTotal", 1024 * 1024, 1024L * 1024 * 1024 * 1024, (o, v) => o.Limits.ReceiveQueueBytesTotal = v),
        Number("Limits:Takeovers", 1, 1000, (o, v) => o.Limits.Takeovers = (int)v),
        Number("Limits:BackoffEntries", 16, 1_000_000, (o, v) => o.Limits.BackoffEntries = (int)v),
        Number("Limits:AddressBuckets", 16, 10_000_000, (o, v) => o.Limits.AddressBuckets = (int)v),
        Number("Limits:Bans", 1, 1_000_000, (o, v) => o.Limits.Bans = (int)v),
        Number("Limits:ClosedPeers", 0, 1_000_000, (o, v) => o.Limits.ClosedPeers = (int)v),
    ];

    private static readonly object[] Durations =
    [
        Duration("HandshakeTimeout", "00:00:00.1", "00:01:00", (o, v) => o.HandshakeTimeout = v),
        Duration("RequestTimeout", "00:00:00.01", "1.00:00:00", (o, v) => o.RequestTimeout = v),
        Duration("ClosedPeerRetention", "00:00:00", "1.00:00:00", (o, v) => o.ClosedPeerRetention = v),
        Duration("DialPolicy:ConnectTimeout", "00:00:00.1", "00:01:00", (o, v) => o.DialPolicy.ConnectTimeout = v),
        Duration("DialPolicy:BackoffInitial", "00:00:00.01", "00:00:30", (o, v) => o.DialPolicy.BackoffInitial = v, maxIsOf: "another rule"),
        Duration("DialPolicy:BackoffMaxPersistent", "00:00:00.5", "01:00:00", (o, v) => o.DialPolicy.BackoffMaxPersistent = v),
        Duration("DialPolicy:BackoffMax", "00:00:00.5", "1.00:00:00", (o, v) => o.DialPolicy.BackoffMax = v),
        Duration("DialPolicy:BackoffResetAfter", "00:00:00", "01:00:00", (o, v) => o.DialPolicy.BackoffResetAfter = v),
        Duration("Limits:FrameTimeout", "00:00:01", "01:00:00", (o, v) => o.Limits.FrameTimeout = v),
        Duration("Limits:SendTimeout", "00:00:01", "01:00:00", (o, v) => o.Limits.SendTimeout = v),
        Duration("PingInterval", "00:00:00.1", "00:00:14.999", (o, v) => o.PingInterval = v, maxIsOf: "another rule"),
        Duration("StaleAfter", "00:00:05.001", "00:00:29.999", (o, v) => o.StaleAfter = v, maxIsOf: "another rule"),
        Duration("CloseAfter", "00:00:15.001", "1.00:00:00", (o, v) => o.CloseAfter = v),
    ];

    [Test]
    public void Defaults_AreValid() => Failures(_ => { }).Should().BeEmpty();

    [TestCaseSource(nameof(Numbers))]
    public void Number_AtItsEdges_IsValidAndPastThemSaysTheRange(string setting, long min, long max, Action<P2pNodeOptions, long> set)
    {
        Failures(options => Set(options, min)).Should().BeEmpty();
        Failures(options => Set(options, max)).Should().BeEmpty();
        foreach (long wrong in (long[])[min - 1, max + 1])
            Failures(options => Set(options, wrong)).Should().Contain($"P2p:{setting} is '{wrong}'; it must be {min} to {max}.");

        void Set(P2pNodeOptions options, long value)
        {
            if (setting == "Limits:HandshakeBytes")
                options.Limits.HandshakeBytesTotal = 1024 * 1024;
            set(options, value);
        }
    }

    [TestCaseSource(nameof(Durations))]
    public void Duration_AtItsEdges_IsValidAndPastThemSaysTheRangeAndTheForm(string setting, TimeSpan min, TimeSpan max, Action<P2pNodeOptions, TimeSpan> set, bool maxIsItsOwn)
    {
        Failures(options => set(options, min)).Should().BeEmpty();
        Failures(options => set(options, max)).Should().BeEmpty();
        TimeSpan below = min - TimeSpan.FromTicks(1);
        Failures(options => set(options, below)).Should().Contain(line => line.StartsWith($"P2p:{setting} is '{below}'; it must be {min} to ", StringComparison.Ordinal) && line.EndsWith(Form + ".", StringComparison.Ordinal));
        TimeSpan above = max + TimeSpan.FromTicks(1);
        Failures(options => set(options, above)).Should().Contain(line => !maxIsItsOwn || line == $"P2p:{setting} is '{above}'; it must be {min} to {max}{Form}.");
    }

    [Test]
    public void Duration_ABareFive_MeansDaysAndTheMessageShowsTheForm() =>
        Failures(options => options.PingInterval = TimeSpan.FromDays(5)).Should().Contain($"P2p:PingInterval is '5.00:00:00'; it must be 00:00:00.1000000 to 01:00:00{Form}.");

    [Test]
    public void Durations_TheLargestThereIs_FailInsteadOfOverflowing() =>
        Failures(options => (options.PingInterval, options.StaleAfter, options.CloseAfter, options.DialPolicy.BackoffInitial) = (TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue)).Should().HaveCountGreaterThanOrEqualTo(4);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("tab\there")]
    [TestCase("ünïcode")]
    public void NodeId_NotPrintable_Fails(string? id) =>
        Failures(options => options.NodeId = id!).Should().Equal($"P2p:NodeId is '{id}'; it must be 1 to 64 printable ASCII characters.");

    [Test]
    public void NodeId_Lengths_EndAt64()
    {
        Failures(options => options.NodeId = new string('n', 64)).Should().BeEmpty();
        Failures(options => options.NodeId = new string('n', 65)).Should().ContainSingle();
    }

    [Test]
    public void Listen_Rules_NameTheSetting()
    {
        Failures(options => options.ListenScheme = "").Should().ContainSingle(line => line.StartsWith("P2p:ListenScheme is ''", StringComparison.Ordinal));
        Failures(options => options.ListenAddress = "localhost").Should().Equal("P2p:ListenAddress is 'localhost'; it must be an IPv4 or IPv6 address, or absent for all addresses.");
        Failures(options => options.ListenAddress = "::1").Should().BeEmpty();
        Failures(options => (options.ListenScheme, options.ListenAddress) = ("memory", "localhost")).Should().BeEmpty();
        Failures(options => (options.ListenOnAnyPort, options.ListenPort) = (true, 9001)).Should().Equal("P2p:ListenPort is '9001'; it must be 0 where ListenOnAnyPort is set.");
    }

    [Test]
    public void Peers_Wrong_NamesEachByItsPlace()
    {
        string id = new('a', 64);

        Failures(options => options.Peers = ["tcp://a:1", $"tcp://a:1#{id}", "a:1", "tcp://a:1#", $"tcp://a:1#{id}0", "tcp://127.1:1"]).Should().Equal(
            "P2p:Peers:2 is 'a:1'; it must be tcp://host:port or tcp://host:port#<peer id of 64 hex digits>.",
            "P2p:Peers:3 is 'tcp://a:1#'; it must be tcp://host:port or tcp://host:port#<peer id of 64 hex digits>.",
            $"P2p:Peers:4 is 'tcp://a:1#{id}0'; it must be tcp://host:port or tcp://host:port#<peer id of 64 hex digits>.",
            "P2p:Peers:5 is 'tcp://127.1:1'; it must be tcp://host:port or tcp://host:port#<peer id of 64 hex digits>.");
        Failures(options => (options.Peers, options.MaxPeers) = (["tcp://a:1", "tcp://b:1"], 1)).Should().Equal("P2p:Peers is '2'; it must be at most MaxPeers entries.");
    }

    [Test]
    public void AllowedPeers_EmptyOrWrong_Fails()
    {
        Failures(options => options.AllowedPeers = []).Should().Equal("P2p:AllowedPeers is '[]'; it must be at least one peer id, or absent to let everyone in.");
        Failures(options => options.AllowedPeers = [new string('a', 64), new string('A', 64)]).Should().Equal($"P2p:AllowedPeers:1 is '{new string('A', 64)}'; it must be a peer id of 64 lowercase hex digits.");
    }

    [Test]
    public void NetworkKey_Wrong_FailsAndIsNotShown()
    {
        Failures(options => options.NetworkKey = Convert.ToBase64String(new byte[32])).Should().BeEmpty();
        foreach (string wrong in (string[])["", "secret secret", Convert.ToBase64String(new byte[31]), Convert.ToBase64String(new byte[33]), Convert.ToBase64String(new byte[64])])
            Failures(options => options.NetworkKey = wrong).Should().Equal("P2p:NetworkKey is '***'; it must be 32 bytes in base64.");
        Failures(options => (options.NetworkKey, options.NetworkKeyPath) = (Convert.ToBase64String(new byte[32]), "key")).Should().Equal("P2p:NetworkKeyPath is 'key'; it must be absent where NetworkKey is set.");
    }

    [Test]
    public void NetworkName_TooLongOrMalformed_Fails()
    {
        Failures(options => options.NetworkName = new string('n', 256)).Should().BeEmpty();
        Failures(options => options.NetworkName = new string('n', 257)).Should().ContainSingle(line => line.StartsWith("P2p:NetworkName is ", StringComparison.Ordinal));
        Failures(options => options.NetworkName = "\ud800").Should().ContainSingle(line => line.StartsWith("P2p:NetworkName is ", StringComparison.Ordinal));
    }

    [TestCase(0.01, true)]
    [TestCase(100_000, true)]
    [TestCase(0.009, false)]
    [TestCase(100_001, false)]
    [TestCase(double.NaN, false)]
    [TestCase(double.PositiveInfinity, false)]
    [TestCase(-1, false)]
    public void NewConnectionsPerSecond_Value_IsInItsRangeOrFails(double value, bool valid) =>
        Failures(options => options.Limits.NewConnectionsPerSecond = value).Should().HaveCount(valid ? 0 : 1);

    [Test]
    public void HandshakeBytesTotal_LessThanOne_Fails() =>
        Failures(options => options.Limits.HandshakeBytesTotal = options.Limits.HandshakeBytes - 1).Should().Equal("P2p:Limits:HandshakeBytesTotal is '8191'; it must be 8192 to 1073741824.");

    [Test]
    public void Lists_AndSections_SetToNull_FailInsteadOfThrowing() =>
        Failures(options => (options.Peers, options.DialPolicy, options.Limits) = (null!, null!, null!)).Should().HaveCount(3);

    [Test]
    public void SeveralWrong_AreAllSaid() =>
        Failures(options => (options.MaxPeers, options.ListenPort, options.NodeId) = (0, -1, "")).Should().HaveCount(3);

    [Test]
    public void Create_Wrong_Throws() =>
        FluentActions.Invoking(() => P2pNode.Create(new P2pNodeOptions { MaxPeers = 0 })).Should().Throw<OptionsValidationException>().WithMessage("P2p:MaxPeers is '0'*");

    [Test]
    public void Validate_NodeOfAnotherName_IsNotItsBusiness()
    {
        var validator = new P2pNodeOptionsValidator("edge", () => "P2p:Nodes:edge");

        validator.Validate("other", new P2pNodeOptions { MaxPeers = 0 }).Skipped.Should().BeTrue();
        validator.Validate("edge", new P2pNodeOptions { MaxPeers = 0 }).FailureMessage.Should().StartWith("P2p:Nodes:edge:MaxPeers is '0'");
    }

    private static IEnumerable<string> Failures(Action<P2pNodeOptions> configure)
    {
        var options = new P2pNodeOptions();
        configure(options);
        return new P2pNodeOptionsValidator("", () => "P2p").Validate("", options).Failures ?? [];
    }

    private static TestCaseData Number(string setting, long min, long max, Action<P2pNodeOptions, long> set) =>
        new TestCaseData(setting, min, max, set).SetArgDisplayNames(setting);

    private static TestCaseData Duration(string setting, string min, string max, Action<P2pNodeOptions, TimeSpan> set, string? maxIsOf = null) =>
        new TestCaseData(setting, TimeSpan.Parse(min, null), TimeSpan.Parse(max, null), set, maxIsOf is null).SetArgDisplayNames(setting);
}
