namespace Vix.P2p.Http.Tests.Support;

/// <summary>Files of the tree that tests compare with; VIX_UPDATE_SNAPSHOTS=1 writes them anew.</summary>
internal static class Snapshot
{
    public static bool Update => Environment.GetEnvironmentVariable("VIX_UPDATE_SNAPSHOTS") == "1";

    public static void Compare(string path, string actual)
    {
        string file = FromRoot(path);
        if (Update)
            File.WriteAllText(file, actual);
        File.Exists(file).Should().BeTrue("{0} is checked in", path);
        actual.Should().Be(File.ReadAllText(file), "{0} is checked in; VIX_UPDATE_SNAPSHOTS=1 writes it anew", path);
    }

    /// <summary>A file of the tree. Compiled-in source paths would not do: a deterministic build maps them.</summary>
    public static string FromRoot(string path)
    {
        DirectoryInfo? directory = new(TestContext.CurrentContext.TestDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Vix.P2p.sln")))
            directory = directory.Parent;
        directory.Should().NotBeNull("the tests run inside the tree");
        return Path.Combine(directory!.FullName, path);
    }
}
