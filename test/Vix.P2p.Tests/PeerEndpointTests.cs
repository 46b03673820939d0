using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.Tests;

internal sealed class PeerEndpointTests
{
    [TestCase("tcp://127.0.0.1:9001", "tcp://127.0.0.1:9001")]
    [TestCase("tcp://Example.ORG:1", "tcp://example.org:1")]
    [TestCase("tcp://example.org.:65535", "tcp://example.org:65535")]
    [TestCase("tcp://[::1]:80", "tcp://[::1]:80")]
    [TestCase("tcp://[2001:DB8:0:0:0:0:0:1]:80", "tcp://[2001:db8::1]:80")]
    [TestCase("tcp://[::FFFF:192.0.2.1]:80", "tcp://[::ffff:192.0.2.1]:80")]
    [TestCase("memory://node_1:7", "memory://node_1:7")]
    [TestCase("tcp://a:007", "tcp://a:7")]
    [TestCase("tcp://1e100.net:1", "tcp://1e100.net:1")]
    [TestCase("tcp://127.0.0.1.example:1", "tcp://127.0.0.1.example:1")]
    [TestCase("tcp://xn--bcher-kva.example:1", "tcp://xn--bcher-kva.example:1")]
    public void Parse_Endpoint_IsCanonical(string text, string canonical)
    {
        var endpoint = PeerEndpoint.Parse(text);

        endpoint.ToString().Should().Be(canonical);
        endpoint.Should().Be(PeerEndpoint.Parse(canonical));
        endpoint.GetHashCode().Should().Be(PeerEndpoint.Parse(canonical).GetHashCode());
    }

    [TestCase("")]
    [TestCase("127.0.0.1:9001")]
    [TestCase("tcp:127.0.0.1:9001")]
    [TestCase("://a:1")]
    [TestCase("TCP://a:1")]
    [TestCase("t-cp://a:1")]
    [TestCase("abcdefghijklmnopq://a:1")]
    [TestCase("tcp://a")]
    [TestCase("tcp://a:")]
    [TestCase("tcp://:1")]
    [TestCase("tcp://a:0")]
    [TestCase("tcp://a:65536")]
    [TestCase("tcp://a:-1")]
    [TestCase("tcp://a:+1")]
    [TestCase("tcp://a: 1")]
    [TestCase("tcp://a:1 ")]
    [TestCase("tcp://a:1/")]
    [TestCase("tcp://a:1#x")]
    [TestCase("tcp://a:99999999999999999999")]
    [TestCase("tcp://a:٣")]
    [TestCase("tcp:// a:1")]
    [TestCase("tcp://a b:1")]
    [TestCase("tcp://a\r\n:1")]
    [TestCase("tcp://a\0:1")]
    [TestCase("tcp://user@a:1")]
    [TestCase("tcp://a/b:1")]
    [TestCase("tcp://a?b:1")]
    [TestCase("tcp://bücher.example:1")]
    [TestCase("tcp://a..b:1")]
    [TestCase("tcp://.:1")]
    [TestCase("tcp://..:1")]
    [TestCase("tcp://.a:1")]
    [TestCase("tcp://-a.b:1")]
    [TestCase("tcp://a-.b:1")]
    [TestCase("tcp://2130706433:1")]
    [TestCase("tcp://0x7f000001:1")]
    [TestCase("tcp://0x7f.1:1")]
    [TestCase("tcp://0X7F.0.0.0x1:1")]
    [TestCase("tcp://127.1:1")]
    [TestCase("tcp://127.0.1:1")]
    [TestCase("tcp://127.0.0.1.:1")]
    [TestCase("tcp://127.0.0.01:1")]
    [TestCase("tcp://0177.0.0.1:1")]
    [TestCase("tcp://256.0.0.1:1")]
    [TestCase("tcp://1.2.3.4.5:1")]
    [TestCase("tcp://example.0x:1")]
    [TestCase("tcp://example.1:1")]
    [TestCase("tcp://example.1.:1")]
    [TestCase("tcp://::1:80")]
    [TestCase("tcp://[::1]")]
    [TestCase("tcp://[::1:80")]
    [TestCase("tcp://::1]:80")]
    [TestCase("tcp://[[::1]]:80")]
    [TestCase("tcp://[::1]:80:81")]
    [TestCase("tcp://[::1]x:80")]
    [TestCase("tcp://[127.0.0.1]:80")]
    [TestCase("tcp://[a]:80")]
    [TestCase("tcp://[fe80::1%1]:80")]
    [TestCase("tcp://[fe80::1%25eth0]:80")]
    [TestCase("tcp://[::1/64]:80")]
    [TestCase("tcp://[ ::1]:80")]
    [TestCase("tcp://[::1 ]:80")]
    [TestCase("tcp://[:::1]:80")]
    [TestCase("tcp://[::127.1]:80")]
    [TestCase("tcp://[::0x7f.0.0.1]:80")]
    [TestCase("tcp://[1:2:3:4:5:6:7:8:9]:80")]
    public void TryParse_AnythingElse_IsFalse(string text)
    {
        PeerEndpoint.TryParse(text, out PeerEndpoint? endpoint).Should().BeFalse();

        endpoint.Should().BeNull();
        FluentActions.Invoking(() => PeerEndpoint.Parse(text)).Should().Throw<FormatException>();
    }

    [Test]
    public void TryCreate_HostLengths_EndAt253()
    {
        string label = new('a', 63);
        string longest = $"{label}.{label}.{label}.{new string('b', 61)}";

        longest.Should().HaveLength(253);
        TryCreate(longest).Should().BeTrue();
        TryCreate(longest + "b").Should().BeFalse();
        TryCreate(label).Should().BeTrue();
        TryCreate(label + "a").Should().BeFalse("a label has at most 63 characters");
        TryCreate(longest[..252] + ".").Should().BeTrue();
    }

    [TestCase(null, "a", 1, "scheme")]
    [TestCase("", "a", 1, "scheme")]
    [TestCase("tcp", null, 1, "host")]
    [TestCase("tcp", "", 1, "host")]
    [TestCase("tcp", "a:1", 1, "host")]
    [TestCase("tcp", "[::1]", 1, "host")]
    [TestCase("tcp", "a", 0, "port")]
    [TestCase("tcp", "a", 65536, "port")]
    public void TryCreate_WrongPart_SaysWhichAndRepeatsNothing(string? scheme, string? host, int port, string part)
    {
        PeerEndpoint.TryCreate(scheme, host, port, out _, out string? error).Should().BeFalse();

        error.Should().StartWith($"A {part}");
    }

    [Test]
    public void TryCreate_EvilHost_IsNotInTheMessage()
    {
        PeerEndpoint.TryCreate("tcp", "evil\u001b[31m", 1, out _, out string? error).Should().BeFalse();

        error.Should().NotContain("evil");
    }

    [Test]
    public void TryParse_AnyText_ThrowsNothingAndWhatItTakesIsStable()
    {
        const string Alphabet = "tcp:/[]%.-_019afxAF #@\0é";
        var random = new Random(11);
        int taken = 0;
        for (int i = 0; i < 100_000; i++)
        {
            string text = "tcp://" + new string([.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]) + (i % 2 == 0 ? ":80" : "");
            if (!PeerEndpoint.TryParse(text, out PeerEndpoint? endpoint))
                continue;
            taken++;
            PeerEndpoint.Parse(endpoint.ToString()).Should().Be(endpoint, text);
            PeerEndpoint.Create(endpoint.Host, endpoint.Port, endpoint.Scheme).Should().Be(endpoint, text);
            endpoint.ToString().Should().MatchRegex(@"^[a-z0-9]+://(\[[0-9a-f:.]+\]|[a-z0-9._-]+):[0-9]+$");
            // Nothing that is taken as a name may be an address for the system's own parser.
            if (IPAddress.TryParse(endpoint.Host, out IPAddress? address))
                address.ToString().Should().Be(endpoint.Host, text);
        }

        taken.Should().BeGreaterThan(100);
    }

    [Test]
    public void Create_AnyAddress_IsTheSystemsShortestForm()
    {
        var random = new Random(5);
        byte[] bytes = new byte[16];
        for (int i = 0; i < 5_000; i++)
        {
            random.NextBytes(bytes);
            for (int j = 0; j < 16; j++)
                bytes[j] = random.Next(3) == 0 ? (byte)0 : bytes[j];
            var address = new IPAddress(i % 2 == 0 ? bytes : bytes.AsSpan(0, 4));
            var endpoint = PeerEndpoint.Create(address.ToString(), 1 + random.Next(65535));

            endpoint.Host.Should().Be(address.ToString());
            endpoint.ToString().Contains('[', StringComparison.Ordinal).Should().Be(address.AddressFamily == AddressFamily.InterNetworkV6);
            PeerEndpoint.Parse(endpoint.ToString()).Should().Be(endpoint);
        }
    }

    [Test]
    public void ToString_OtherCulture_IsTheSame()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NegativeSign = "~", NumberGroupSeparator = "'" } };
            PeerEndpoint.Create("a", 12345).ToString().Should().Be("tcp://a:12345");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static bool TryCreate(string host) => PeerEndpoint.TryCreate("tcp", host, 1, out _, out _);
}
