using Vix.P2p.Shared;

namespace Vix.P2p.Client.Tests;

public sealed class PublicApiTests
{
    [Test]
    public void PublicApi_OfThePackage_IsTheListedOne()
    {
        string? difference = PublicApiFile.Compare(typeof(P2pControlClient).Assembly, "Vix.P2p.Client.Tests");

        difference.Should().BeNull();
    }
}
