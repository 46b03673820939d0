using NUnit.Framework;

namespace Vix.P2p.Tests.Handshake;

/// <summary>Finds the vectors: our own in the source tree, the published ones in a folder beside the checkout.</summary>
internal static class VectorFiles
{
    public static IReadOnlyList<NoiseVector> Own() =>
        NoiseVector.ReadAll(FindAbove("test/Vix.P2p.Tests/Handshake/Vectors/vix-p256-aesgcm.txt")
            ?? throw new FileNotFoundException("The tests run outside of their source tree."));

    /// <summary>The vectors of a published file; ignores the test, visibly, where the file is not there.</summary>
    public static IReadOnlyList<NoiseVector> Published(string name, params string[] protocols)
    {
        string? file = FindAbove($"shared/vectors/{name}");
        if (file is null)
            Assert.Ignore($"The published vectors shared/vectors/{name} are not in a folder above the tests.");
        return [.. NoiseVector.ReadAll(file!).Where(vector => protocols.Contains(vector.ProtocolName))];
    }

    private static string? FindAbove(string relativePath)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, relativePath);
            if (File.Exists(file))
                return file;
        }

        return null;
    }
}
