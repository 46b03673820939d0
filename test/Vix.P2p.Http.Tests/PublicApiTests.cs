using System.Reflection;
using Vix.P2p.Shared;

namespace Vix.P2p.Http.Tests;

public sealed class PublicApiTests
{
    [TestCase("Vix.P2p.Http")]
    [TestCase("Vix.P2p.Contracts")]
    public void PublicApi_OfAPackage_IsTheListedOne(string package)
    {
        string? difference = PublicApiFile.Compare(Assembly.Load(package), "Vix.P2p.Http.Tests");

        difference.Should().BeNull();
    }
}
