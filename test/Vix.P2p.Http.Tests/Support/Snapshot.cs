using System.Runtime.CompilerServices;

namespace Vix.P2p.Http.Tests.Support;

/// <summary>Files of the tree that tests compare with; VIX_UPDATE_SNAPSHOTS=1 writes them anew.</summary>
internal static class Snapshot
{
    public static bool Update => Environment.GetEnvironmentVariable("VIX_UPDATE_SNAPSHOTS") == "1";

    public static void Compare(string name, string actual, [CallerFilePath] string caller = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(caller)!, name);
        if (Update)
            File.WriteAllText(path, actual);
        File.Exists(path).Should().BeTrue($"{name} is checked in");
        actual.Should().Be(File.ReadAllText(path), $"{name} is checked in; VIX_UPDATE_SNAPSHOTS=1 writes it anew");
    }

    /// <summary>A file of the tree, found from this one.</summary>
    public static string FromRoot(string path, [CallerFilePath] string self = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(self)!, "../../..", path));
}
