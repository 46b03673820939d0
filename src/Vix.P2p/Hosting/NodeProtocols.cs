using Vix.P2p.Handshake;
using Vix.P2p.Messages;

namespace Vix.P2p.Hosting;

/// <summary>The protocols that were added to one node, checked together: each message names the one that is wrong.</summary>
internal static class NodeProtocols
{
    private const int MaxPort = 65535;

    /// <summary>Checks and numbers them.</summary>
    /// <param name="protocols">In the order in which they were added, which is that of their numbers.</param>
    /// <param name="options">The node's options; they and the protocols share the introduction.</param>
    /// <param name="section">The node's section, for messages.</param>
    /// <param name="hasContainer">Whether handlers can be made.</param>
    /// <exception cref="InvalidOperationException">The node cannot speak one of them.</exception>
    public static ProtocolTable Collect(IReadOnlyList<ProtocolRegistration> protocols, P2pNodeOptions options, string section, bool hasContainer)
    {
        HashSet<string> names = [];
        foreach (ProtocolRegistration protocol in protocols)
        {
            if (!names.Add(protocol.Name))
                throw Refused(section, protocol.Name, "was added twice: a node speaks each protocol once");
            if (names.Count > Introduction.MaxProtocols)
                throw Refused(section, protocol.Name, $"is one too many: a node speaks at most {Introduction.MaxProtocols} protocols");
            if (protocol.Handler is { } handler && !hasContainer)
                throw Refused(section, protocol.Name, $"has the handler class {handler}, which only a container can make: add the node by AddP2pNode, or give the protocol delegates");
        }

        CheckLength(protocols, options, section);
        return new ProtocolTable(protocols);
    }

    // Measured with the longest port there is, for the one that is bound is not known yet.
    private static void CheckLength(IReadOnlyList<ProtocolRegistration> protocols, P2pNodeOptions options, string section)
    {
        string[] names = [.. protocols.Select(protocol => protocol.Name)];
        if (Length(names) <= Introduction.MaxLength)
            return;
        int count = 1;
        while (Length(names[..count]) <= Introduction.MaxLength)
            count++;
        throw Refused(section, names[count - 1], $"makes what the node says of itself to its peers {Length(names[..count])} bytes long, and {Introduction.MaxLength} are allowed: use fewer or shorter names");

        int Length(string[] some) => NodeParts.Introduce(options, new string('0', 32), MaxPort, some).Length;
    }

    private static InvalidOperationException Refused(string section, string name, string why) =>
        new($"{name}, a protocol of the node {section}, {why}.");
}
