using System.Net;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Admission;

namespace Vix.P2p.Tests.Admission;

internal sealed class EgressPolicyTests
{
    [TestCase("192.0.2.1")]
    [TestCase("8.8.8.8")]
    [TestCase("1.0.0.0")]
    [TestCase("126.255.255.255")]
    [TestCase("128.0.0.0")]
    [TestCase("169.253.255.255")]
    [TestCase("169.255.0.0")]
    [TestCase("172.15.255.255")]
    [TestCase("172.32.0.0")]
    [TestCase("192.167.255.255")]
    [TestCase("192.169.0.0")]
    [TestCase("100.63.255.255")]
    [TestCase("100.128.0.0")]
    [TestCase("223.255.255.255")]
    [TestCase("2001:db8::1")]
    [TestCase("::ffff:8.8.8.8")]
    [TestCase("64:ff9b::8.8.8.8")]
    [TestCase("2002:808:808::1")] // 6to4 of 8.8.8.8
    [TestCase("::8.8.8.8")]
    [TestCase("2001:a00:1::1")] // not 6to4, whatever stands where 6to4 has its address
    [TestCase("3002:a00:1::1")]
    [TestCase("2600::10.0.0.1")] // nor an IPv4 address for ending like one
    public void Allows_PublicAddress_WhateverTheSwitches(string address)
    {
        foreach (bool loopback in (bool[])[true, false])
        {
            foreach (bool inside in (bool[])[true, false])
                Allows(address, loopback, inside).Should().BeTrue();
        }
    }

    [TestCase("0.0.0.0")]
    [TestCase("0.1.2.3")]
    [TestCase("0.255.255.255")]
    [TestCase("169.254.0.0")]
    [TestCase("169.254.169.254")]
    [TestCase("169.254.255.255")]
    [TestCase("224.0.0.1")]
    [TestCase("239.255.255.255")]
    [TestCase("240.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("fe80::1")]
    [TestCase("fe80::1%2")]
    [TestCase("febf::1")]
    [TestCase("ff02::1")]
    [TestCase("::ffff:169.254.169.254")]
    [TestCase("::ffff:0.0.0.0")]
    [TestCase("::ffff:224.0.0.1")]
    [TestCase("::ffff:255.255.255.255")]
    [TestCase("64:ff9b::169.254.169.254")]
    [TestCase("64:ff9b:1::169.254.169.254")]
    [TestCase("2002:a9fe:a9fe::1")] // 6to4 of 169.254.169.254
    [TestCase("64:ff9b::0.0.0.0")]
    [TestCase("64:ff9b::255.255.255.255")]
    [TestCase("::169.254.169.254")]
    [TestCase("::0.0.0.2")]
    public void Allows_AddressThatIsNeverDialled_NeverWhateverTheSwitches(string address) =>
        Allows(address, loopback: true, inside: true).Should().BeFalse();

    [TestCase("127.0.0.1")]
    [TestCase("127.255.255.254")]
    [TestCase("::1")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("64:ff9b::127.0.0.1")]
    [TestCase("::127.0.0.1")]
    public void Allows_Loopback_ByItsSwitchAlone(string address)
    {
        Allows(address, loopback: true, inside: false).Should().BeTrue();
        Allows(address, loopback: false, inside: true).Should().BeFalse();
    }

    [TestCase("10.0.0.0")]
    [TestCase("10.255.255.255")]
    [TestCase("172.16.0.0")]
    [TestCase("172.31.255.255")]
    [TestCase("192.168.0.1")]
    [TestCase("100.64.0.0")]
    [TestCase("100.127.255.255")]
    [TestCase("fc00::1")]
    [TestCase("fdff::1")]
    [TestCase("fec0::1")]
    [TestCase("::ffff:10.1.2.3")]
    [TestCase("::ffff:100.64.0.1")]
    [TestCase("64:ff9b::192.168.0.1")]
    [TestCase("::172.16.0.1")]
    public void Allows_Private_ByItsSwitchAlone(string address)
    {
        Allows(address, loopback: false, inside: true).Should().BeTrue();
        Allows(address, loopback: true, inside: false).Should().BeFalse();
    }

    [Test]
    public void Allows_AnyIPv4InAnyIPv6Form_IsTheSameAsTheIPv4()
    {
        var random = new Random(7);
        byte[] bytes = new byte[4];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            if (i % 4 == 0)
                bytes[0] = (byte)(new byte[] { 0, 10, 100, 127, 169, 172, 192, 255 })[i / 4 % 8];
            var plain = new IPAddress(bytes);
            bool wanted = Allows(plain.ToString(), loopback: i % 2 == 0, inside: i % 3 == 0);

            Allows($"::ffff:{plain}", i % 2 == 0, i % 3 == 0).Should().Be(wanted, plain.ToString());
            Allows($"64:ff9b::{plain}", i % 2 == 0, i % 3 == 0).Should().Be(wanted, plain.ToString());
        }
    }

    private static bool Allows(string address, bool loopback, bool inside) =>
        EgressPolicy.Allows(IPAddress.Parse(address), new P2pDialPolicy { AllowLoopback = loopback, AllowPrivate = inside });
}
