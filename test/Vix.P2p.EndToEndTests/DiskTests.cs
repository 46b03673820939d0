using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests;

/// <summary>A first start whose identity finds no room: it ends, says why, and leaves nothing that the next start would stumble over.</summary>
public sealed class DiskTests
{
    [Test]
    public async Task Start_OnADiskThatIsFull_SaysSoAndLeavesNothing()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync();
        await disk.FillAsync();

        string said = await FailToStartAsync(disk);

        said.Should().Contain("No space left on device");
        Directory.GetFileSystemEntries(disk.Folder).Should().Equal(disk.File("fill"));
        File.Delete(disk.File("fill"));
        await StartAsync(disk);
        new FileInfo(disk.File("identity.pem")).Length.Should().BePositive();
    }

    [Test]
    public async Task Start_OnADiskThatIsReadOnly_SaysSoAndStartsWithWhatIsThere()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync();
        await disk.MakeReadOnlyAsync();
        (await FailToStartAsync(disk)).Should().Contain("Read-only file system");
        Directory.GetFileSystemEntries(disk.Folder).Should().BeEmpty();

        await using SmallDisk other = await SmallDisk.MountAsync();
        string id = await StartAsync(other);
        await other.MakeReadOnlyAsync();

        (await StartAsync(other)).Should().Be(id, "a key that is there is only read");
    }

    private static async Task<string> FailToStartAsync(SmallDisk disk)
    {
        (int code, string output) = await CliTool.RunAsync("run", "--listen", "127.0.0.1:0", "--http", "none", "--identity", disk.File("identity.pem"));
        code.Should().Be(1, output);
        output.Should().StartWith($"error: --identity is '{disk.File("identity.pem")}', but it is not there and cannot be made (").And.NotContain("   at ");

        // A host has the setting's own name.
        await using ChildProcess host = WebApp.StartProcess($"P2p:IdentityPath={disk.File("identity.pem")}");
        (await host.WaitForExitAsync(CliTool.Patience)).Should().NotBe(0);
        host.Output.Should().Contain($"P2p:IdentityPath is '{disk.File("identity.pem")}', but it is not there and cannot be made (");
        return output;
    }

    private static async Task<string> StartAsync(SmallDisk disk)
    {
        await using WebApp app = await WebApp.StartAsync($"P2p:IdentityPath={disk.File("identity.pem")}");
        return (await app.GetAsync("/p2p/status")).Text("id");
    }
}
