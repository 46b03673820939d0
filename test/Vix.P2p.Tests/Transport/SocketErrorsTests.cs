using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Transport.Tcp;

namespace Vix.P2p.Tests.Transport;

internal sealed class SocketErrorsTests
{
    [TestCase(SocketError.ConnectionRefused, P2pReason.ConnectionRefused)]
    [TestCase(SocketError.TimedOut, P2pReason.ConnectTimeout)]
    [TestCase(SocketError.NetworkUnreachable, P2pReason.Unreachable)]
    [TestCase(SocketError.HostUnreachable, P2pReason.Unreachable)]
    [TestCase(SocketError.NetworkDown, P2pReason.Unreachable)]
    [TestCase(SocketError.AddressNotAvailable, P2pReason.Unreachable)]
    [TestCase(SocketError.AddressFamilyNotSupported, P2pReason.Unreachable)]
    [TestCase(SocketError.ConnectionReset, P2pReason.TransportFailed)]
    [TestCase(SocketError.TooManyOpenSockets, P2pReason.Overload)]
    [TestCase(SocketError.NoBufferSpaceAvailable, P2pReason.Overload)]
    public void ToDialReason_SystemError_IsTheTable(SocketError error, P2pReason reason) =>
        SocketErrors.ToDialReason(error).Should().Be(reason);

    [TestCase(SocketError.TooManyOpenSockets, P2pReason.Overload)]
    [TestCase(SocketError.NoBufferSpaceAvailable, P2pReason.Overload)]
    [TestCase(SocketError.SocketError, P2pReason.Overload)]
    [TestCase(SocketError.ConnectionAborted, P2pReason.TransportFailed)]
    [TestCase(SocketError.ConnectionReset, P2pReason.TransportFailed)]
    [TestCase(SocketError.HostUnreachable, P2pReason.TransportFailed)]
    [TestCase(SocketError.AccessDenied, P2pReason.TransportFailed)]
    public void ToAcceptReason_SystemError_IsTheTable(SocketError error, P2pReason reason) =>
        SocketErrors.ToAcceptReason(error).Should().Be(reason);
}
