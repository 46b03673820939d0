using System.Security.Cryptography;
using System.Text;
using Vix.P2p;

namespace Replication;

/// <summary>A write: the value, null once it is deleted, with its hybrid time and the id of the node that wrote it.</summary>
internal sealed record Change(string Key, string? Value, long Time, string Node)
{
    /// <summary>Whether every node takes it; what a peer sends may be anything.</summary>
    public bool IsSound() =>
        Key.Length is > 0 and <= 32 && Key.All(char.IsAsciiLetterOrDigit) && Time >= 0 && PeerId.TryParse(Node, out _)
        && (Value is null || (Value.Length <= 256 && !Value.Any(char.IsControl)));

    /// <summary>
    /// Orders the writes of a key, compared as text: the time, then the node as tie break. The hash decides between two
    /// values to which a dishonest node gave the same time, so that all agree even then.
    /// </summary>
    public string Version() => $"{Time:x16}.{Node}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Value is null ? "-" : "+" + Value)))}";
}
