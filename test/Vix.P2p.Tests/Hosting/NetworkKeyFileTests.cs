using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Hosting;

namespace Vix.P2p.Tests.Hosting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NetworkKeyFileTests : IDisposable
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private readonly string _path = Path.Combine(TestContext.CurrentContext.WorkDirectory, Guid.NewGuid().ToString("N") + ".key");

    public void Dispose() => File.Delete(_path);

    [Test]
    public void Read_NoKey_IsEmpty() => NetworkKeyFile.Read(new P2pNodeOptions(), "P2p").Should().BeEmpty();

    [TestCase("")]
    [TestCase("\n")]
    [TestCase("\r\n  ")]
    public void Read_File_IsTheKeyWhateverSpaceIsAroundIt(string end)
    {
        File.WriteAllText(_path, " " + Convert.ToBase64String(Key) + end);

        NetworkKeyFile.Read(new P2pNodeOptions { NetworkKeyPath = _path }, "P2p").Should().Equal(Key);
    }

    [Test]
    public void Read_Option_IsTheKey() =>
        NetworkKeyFile.Read(new P2pNodeOptions { NetworkKey = Convert.ToBase64String(Key) + "\n" }, "P2p").Should().Equal(Key);

    [TestCase("", "does not hold 32 bytes")]
    [TestCase("secretsecret", "does not hold 32 bytes")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=AAAA", "does not hold 32 bytes")]
    public void Read_FileOfAnotherKind_SaysWhyAndNothingOfIt(string content, string cause)
    {
        File.WriteAllText(_path, content);

        Failure(_path).Should().Contain(cause).And.NotContain("secret").And.StartWith($"P2p:NetworkKeyPath is '{_path}'");
    }

    [Test]
    public void Read_FileThatIsLong_IsNotRead()
    {
        File.WriteAllText(_path, new string('A', 300));

        Failure(_path).Should().Contain("too long");
    }

    [TestCase("")]
    [TestCase("/nowhere/at/all")]
    [TestCase("/")]
    [TestCase("\0")]
    public void Read_NoSuchFile_NamesTheSetting(string path) => Failure(path).Should().StartWith("P2p:NetworkKeyPath is ");

    private static string Failure(string path)
    {
        P2pStartException e = FluentActions.Invoking(() => NetworkKeyFile.Read(new P2pNodeOptions { NetworkKeyPath = path }, "P2p")).Should().Throw<P2pStartException>().Which;
        e.Setting.Should().Be("P2p:NetworkKeyPath");
        return e.Message;
    }
}
