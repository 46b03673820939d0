using NUnit.Framework;
using Vix.P2p.Shared;

namespace Vix.P2p.EndToEndTests.Harness;

/// <summary>A disk of a few KiB, of which a test is the only user; a test that cannot have one is skipped and says so.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    public static async Task<SmallDisk> MountAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            Assert.Ignore("Skipped: a disk of the test's own needs Linux and root.");
        SmallDisk disk = new(PackedPackages.NewFolder());
        try
        {
            await ChildProcess.RunAsync("mount", Repository.Root, ["-t", "tmpfs", "-o", "size=16k", "vix-p2p", disk.Folder]);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"Skipped: no disk can be mounted here: {e.Message}");
        }

        return disk;
    }

    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Writes until there is no room for one more byte.</summary>
    public async Task FillAsync()
    {
        await using FileStream file = new(File("fill"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                await file.WriteAsync(new byte[512]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public Task MakeReadOnlyAsync() => ChildProcess.RunAsync("mount", Repository.Root, ["-o", "remount,ro", Folder]);

    public async ValueTask DisposeAsync() => await ChildProcess.RunAsync("umount", Repository.Root, [Folder]);
}
