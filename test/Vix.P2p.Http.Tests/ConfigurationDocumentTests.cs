using Vix.P2p.Shared;

namespace Vix.P2p.Http.Tests;

public sealed class ConfigurationDocumentTests
{
    [Test]
    public void Document_OfTheControlPlanesOptions_HasEachWithItsDefaultAndNoOther()
    {
        ConfigurationTable.Documented("P2p:Control:").Should().BeEquivalentTo(
            ConfigurationTable.Declared("P2p:Control:", new P2pControlOptions()));
    }
}
