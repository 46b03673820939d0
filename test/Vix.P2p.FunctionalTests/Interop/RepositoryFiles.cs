namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Finds files of the source tree from wherever the tests were built to.</summary>
internal static class RepositoryFiles
{
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Vix.P2p.sln")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside their source tree.");
        }
    }
}
