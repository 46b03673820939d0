using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Transport;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.Tests.Transport;

internal sealed class HandleReserveTests
{
    private const string Limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              unlimited            unlimited            seconds
        Max open files            {0}                 524288               files
        Max locked memory         8388608              8388608              bytes
        """;

    [TestCase("1024", 1024)]
    [TestCase("0", 0)]
    [TestCase("unlimited", long.MaxValue)]
    public void ParseLimit_TextOfTheSystem_IsTheSoftLimitOfOpenFiles(string soft, long expected) =>
        HandleReserve.ParseLimit(Limits.Replace("{0}", soft, StringComparison.Ordinal)).Should().Be(expected);

    [TestCase("")]
    [TestCase("Max open files")]
    [TestCase("Max open files            ")]
    [TestCase("Max processes             95000                95000                processes")]
    public void ParseLimit_TextWithoutIt_IsNoLimit(string limits) =>
        HandleReserve.ParseLimit(limits).Should().Be(long.MaxValue);

    [Test]
    public void Guard_NumberBelowTheReserve_Passes()
    {
        using Socket socket = NewSocket();

        new HandleReserve(socket.Handle + P2pLimits.HandleReserve + 1).Invoking(reserve => reserve.Guard(socket)).Should().NotThrow();
    }

    [Test]
    public void Guard_FirstNumberOfTheReserve_IsRefusedWithTheLimitToRaise()
    {
        using Socket socket = NewSocket();
        long limit = socket.Handle + P2pLimits.HandleReserve;

        P2pTransportException refused = new HandleReserve(limit).Invoking(reserve => reserve.Guard(socket)).Should().Throw<P2pTransportException>().Which;

        refused.Reason.Should().Be(P2pReason.Overload);
        refused.Message.Should().Contain($"last 32 of the {limit} handles").And.Contain("ulimit -n");
    }

    [Test]
    [Platform(Include = "Linux", Reason = "Only Linux tells the limit in a file.")]
    public void OfThisProcess_OnLinux_HasALimitThatThisProcessIsWithin()
    {
        using Socket socket = NewSocket();

        HandleReserve.OfThisProcess().Invoking(reserve => reserve.Guard(socket)).Should().NotThrow();
        HandleReserve.ParseLimit(File.ReadAllText("/proc/self/limits")).Should().BeInRange(socket.Handle + 1, long.MaxValue - 1);
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
