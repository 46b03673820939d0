using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>
/// Looks for secrets in every log line and every body of the test run, in each form in which they might be written.
/// Whether one was seen is asked once, when all tests have run.
/// </summary>
internal static class SecretWatch
{
    private static readonly ConcurrentDictionary<string, string> Needles = new(StringComparer.OrdinalIgnoreCase);
    private static readonly ConcurrentQueue<string> Finds = new();
    private static long _looked;

    static SecretWatch() => Add("the key of the control plane", Encoding.UTF8.GetBytes(ControlApp.Key));

    /// <summary>Texts that were looked through.</summary>
    public static long Looked => Interlocked.Read(ref _looked);

    public static IReadOnlyCollection<string> Seen => Finds;

    /// <summary>Makes a secret known; from then on it must not be seen.</summary>
    public static void Add(string name, byte[] secret)
    {
        string base64 = Convert.ToBase64String(secret).TrimEnd('=');
        byte[] digest = SHA256.HashData(secret);
        foreach (string form in (string[])[base64, base64.Replace('+', '-').Replace('/', '_'), Convert.ToHexString(secret), Convert.ToHexString(digest), Convert.ToBase64String(digest).TrimEnd('='), BitConverter.ToString(secret)])
            Needles[form] = name;
        if (!secret.AsSpan().ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            Needles[Encoding.ASCII.GetString(secret)] = name;
    }

    public static void Look(string where, string text)
    {
        Interlocked.Increment(ref _looked);
        foreach ((string needle, string name) in Needles)
        {
            if (text.Contains(needle, StringComparison.OrdinalIgnoreCase))
                Finds.Enqueue($"{name} in {where}, in {TestContext.CurrentContext.Test.FullName}");
        }
    }
}
