using System.Reflection;
using Vix.P2p.Shared;

namespace Vix.P2p.Http.Tests;

/// <summary>What docs/architecture.md says of both packages together; the rest is in Vix.P2p.Tests.</summary>
public sealed class ArchitectureTests
{
    [Test]
    public void LogMessage_SeenByDefault_IsInTheDocument()
    {
        string document = File.ReadAllText(Repository.Path("docs/architecture.md"));
        int[] ids = [.. LogMessages.SeenByDefault(typeof(P2pControlOptions).Assembly)];

        ids.Should().NotBeEmpty().And.OnlyContain(id => document.Contains($"| {id} |", StringComparison.Ordinal));
    }

    [Test]
    public void EventId_OfEachLogMessage_IsUniqueInBothPackages()
    {
        (string Where, int Id)[] ids = [.. LogMessages.Of(Assembly.Load("Vix.P2p")), .. LogMessages.Of(Assembly.Load("Vix.P2p.Http"))];

        ids.Should().NotBeEmpty().And.OnlyContain(message => message.Id > 0);
        ids.GroupBy(message => message.Id).Where(group => group.Count() > 1).Select(group => string.Join(" = ", group)).Should().BeEmpty();
    }

    [Test]
    public void Node_Always_HasNoAspNet()
    {
        Assembly.Load("Vix.P2p").GetReferencedAssemblies()
            .Where(name => name.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)).Should().BeEmpty();
    }
}
