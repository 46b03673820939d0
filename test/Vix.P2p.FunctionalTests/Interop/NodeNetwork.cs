using System.Security.Cryptography;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The same network for the node, the reference peer and the one in Python.</summary>
internal static class NodeNetwork
{
    public static readonly byte[] Key = SHA256.HashData("a network key"u8);

    public static Action<P2pNodeOptions> Node(bool withKey = false, string name = "") => options =>
    {
        options.NetworkKey = withKey ? Convert.ToBase64String(Key) : null;
        options.NetworkName = name;
    };

    public static ReferencePeerOptions Reference(bool withKey = false, string name = "") =>
        new() { NetworkKey = withKey ? Key : null, NetworkName = name };

    public static string[] Python(bool withKey = false, string name = "") =>
        ["--network-name", name, .. withKey ? new[] { "--network-key", Convert.ToBase64String(Key) } : []];
}
