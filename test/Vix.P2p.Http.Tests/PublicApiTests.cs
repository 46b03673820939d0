using System.Reflection;
using Vix.P2p.Shared;

namespace Vix.P2p.Http.Tests;

public sealed class PublicApiTests
{
    [Test]
    public void PublicApi_OfThePackage_IsTheListedOne()
    {
        string? difference = PublicApiFile.Compare(Assembly.Load("Vix.P2p.Http"), "Vix.P2p.Http.Tests");

        difference.Should().BeNull();
    }
}
