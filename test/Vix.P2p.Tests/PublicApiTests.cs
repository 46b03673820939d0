using System.Reflection;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Shared;

namespace Vix.P2p.Tests;

public sealed class PublicApiTests
{
    [Test]
    public void PublicApi_OfThePackage_IsTheListedOne()
    {
        string? difference = PublicApiFile.Compare(Assembly.Load("Vix.P2p"), "Vix.P2p.Tests");

        difference.Should().BeNull();
    }
}
