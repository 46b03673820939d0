using System.Security.Cryptography;
using System.Text;

namespace Vix.P2p.Http.Options;

/// <summary>A key of the control plane, kept as its digest.</summary>
internal sealed class ApiKey
{
    /// <summary>The shortest key, in characters.</summary>
    public const int MinLength = 32;

    /// <summary>The longest key, in characters.</summary>
    public const int MaxLength = 512;

    private readonly byte[] _digest;

    public ApiKey(string key) => _digest = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Whether a key can be sent as a bearer token and is long enough to be one.</summary>
    public static bool IsWellFormed(string key) =>
        key.Length is >= MinLength and <= MaxLength && !key.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Compares digests, so that neither the content nor the length of the key shows in the time.</summary>
    public bool Matches(ReadOnlySpan<char> candidate)
    {
        if (candidate.Length > MaxLength)
            return false;
        Span<byte> bytes = stackalloc byte[MaxLength * 3];
        int length = Encoding.UTF8.GetBytes(candidate, bytes);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], digest);
        CryptographicOperations.ZeroMemory(bytes);
        return CryptographicOperations.FixedTimeEquals(digest, _digest);
    }
}
