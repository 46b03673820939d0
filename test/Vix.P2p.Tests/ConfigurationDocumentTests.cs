using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Shared;

namespace Vix.P2p.Tests;

public sealed class ConfigurationDocumentTests
{
    [Test]
    public void Document_OfTheNodesOptions_HasEachWithItsDefaultAndNoOther()
    {
        Dictionary<string, string> declared = new(ConfigurationTable.Declared("P2p:", new P2pNodeOptions()))
        {
            ["P2p:NodeId"] = "the machine's name", // it differs from machine to machine
        };

        Dictionary<string, string> documented = ConfigurationTable.Documented("P2p:")
            .Where(setting => !setting.Key.StartsWith("P2p:Control:", StringComparison.Ordinal))
            .ToDictionary();

        documented.Should().BeEquivalentTo(declared);
    }

    [Test]
    public void NodeId_ByDefault_IsTheMachinesName()
    {
        new P2pNodeOptions().NodeId.Should().BeOneOf(Environment.MachineName, "node");
    }
}
