using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.Tests;

public sealed class PeerIdentityTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("vix-p2p-identity-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task LoadOrCreate_OfAFile_IsTheIdOfTheNodeThatUsesIt()
    {
        string path = Path.Combine(_folder, "node.pem");

        PeerId made = PeerIdentity.LoadOrCreate(path);
        PeerId read = PeerIdentity.LoadOrCreate(path);

        await using P2pNode node = P2pNode.Create(new P2pNodeOptions { IdentityPath = path });
        await node.StartAsync();
        read.Should().Be(made);
        node.GetStatus().Id.Should().Be(made);
    }

    [Test]
    public void LoadOrCreate_OfAFileThatHoldsNoKey_SaysWhatAndLeavesItAlone()
    {
        string path = Path.Combine(_folder, "node.pem");
        File.WriteAllText(path, "hello");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Action load = () => PeerIdentity.LoadOrCreate(path);

        load.Should().Throw<P2pStartException>().WithMessage($"path is '{path}', but it is not a PEM file*").Which.Setting.Should().Be("path");
        File.ReadAllText(path).Should().Be("hello");
    }

    [TestCase(null)]
    [TestCase("")]
    public void LoadOrCreate_OfNothing_IsRefused(string? path)
    {
        Action load = () => PeerIdentity.LoadOrCreate(path!);

        load.Should().Throw<ArgumentException>();
    }
}
