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
        // Line by line, so that a failure shows where it begins and not the whole file.
        string[] expected = File.ReadAllText(file).ReplaceLineEndings("\n").Split('\n');
        string[] lines = actual.Split('\n');
        for (int i = 0; i < Math.Min(lines.Length, expected.Length); i++)
            lines[i].Should().Be(expected[i], "it is line {0} of {1}; VIX_UPDATE_SNAPSHOTS=1 writes it anew", i + 1, path);
        lines.Should().HaveSameCount(expected, "{0} has as many lines", path);
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
