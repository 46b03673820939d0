using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

internal sealed class NodeIdentityTests
{
    private const string Setting = "P2p:IdentityPath";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string _folder = "";

    private string PathOf(string name) => Path.Combine(_folder, name);

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("vix-identity-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Id_OfAKey_IsTheHashOfLabelAndKey()
    {
        using NodeIdentity identity = NodeIdentity.CreateEphemeral();
        byte[] hash = SHA256.HashData([.. Encoding.ASCII.GetBytes("vix-peer-v1"), .. identity.PublicKey]);

        identity.PublicKey.Length.Should().Be(65);
        identity.Id.ToString().Should().Be(Convert.ToHexStringLower(hash));
    }

    [Test]
    public void CreateEphemeral_Twice_MakesTwoIdentities()
    {
        using NodeIdentity first = NodeIdentity.CreateEphemeral();
        using NodeIdentity second = NodeIdentity.CreateEphemeral();

        first.Id.Should().NotBe(second.Id);
    }

    [Test]
    public void Constructor_WithAFunctionOfOtherKeys_Throws()
    {
        X25519Dh dh = new();

        FluentActions.Invoking(() => new NodeIdentity(dh, dh.GenerateKeyPair())).Should().Throw<ArgumentException>();
    }

    [Test]
    public void LoadOrCreate_WithoutAFile_MakesOneThatStays()
    {
        using NodeIdentity made = NodeIdentity.LoadOrCreate(PathOf("node.pem"), Setting);
        using NodeIdentity loaded = NodeIdentity.LoadOrCreate(PathOf("node.pem"), Setting);

        loaded.Id.Should().Be(made.Id);
        Directory.GetFileSystemEntries(_folder).Should().Equal(PathOf("node.pem"));
        File.ReadAllText(PathOf("node.pem")).Should().StartWith("-----BEGIN PRIVATE KEY-----\n");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has access lists instead of modes.")]
    public void LoadOrCreate_WithoutAFile_MakesItForItsOwnerOnly()
    {
        NodeIdentity.LoadOrCreate(PathOf("node.pem"), Setting).Dispose();

        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(PathOf("node.pem")).Should().Be(OwnerOnly);
    }

    [Test]
    public void LoadOrCreate_OfAKeyMadeElsewhere_TakesIt()
    {
        using ECDiffieHellman key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Write("Made by hand.\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        using P256KeyPair expected = new(ECDiffieHellman.Create(key.ExportParameters(includePrivateParameters: true)));

        using NodeIdentity identity = NodeIdentity.LoadOrCreate(PathOf("node.pem"), Setting);

        identity.PublicKey.ToArray().Should().Equal(expected.PublicKey.ToArray());
    }

    [Test]
    public void LoadOrCreate_ByManyAtOnce_EndsWithOneIdentity()
    {
        for (int round = 0; round < 20; round++)
        {
            string path = PathOf($"node-{round}.pem");
            const int Creators = 8;
            using Barrier barrier = new(Creators);
            PeerId[] ids = new PeerId[Creators];
            Thread[] threads = [.. Enumerable.Range(0, Creators).Select(i => new Thread(() =>
            {
                barrier.SignalAndWait();
                using NodeIdentity identity = NodeIdentity.LoadOrCreate(path, Setting);
                ids[i] = identity.Id;
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());

            ids.Should().OnlyContain(id => id == ids[0] && id != default(PeerId));
        }

        Directory.GetFiles(_folder).Should().HaveCount(20, "no temporary file is left");
    }

    [TestCase(UnixFileMode.GroupRead)]
    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.GroupWrite)]
    [TestCase(UnixFileMode.OtherWrite)]
    [TestCase(UnixFileMode.OtherExecute)]
    [Platform(Exclude = "Win", Reason = "Windows has access lists instead of modes.")]
    public void LoadOrCreate_OfAFileThatOthersMayUse_SaysChmod(UnixFileMode extra)
    {
        NodeIdentity.LoadOrCreate(PathOf("node.pem"), Setting).Dispose();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(PathOf("node.pem"), OwnerOnly | extra);

        Refusal(PathOf("node.pem")).Should().Contain($"chmod 600 '{PathOf("node.pem")}'");
    }

    [TestCase(UnixFileMode.UserRead)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)]
    [Platform(Exclude = "Win", Reason = "Windows has access lists instead of modes.")]
    public void LoadOrCreate_OfAFileForItsOwnerOnly_TakesIt(UnixFileMode mode)
    {
        using NodeIdentity made = NodeIdentity.LoadOrCreate(PathOf("node.pem"), Setting);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(PathOf("node.pem"), mode);

        using NodeIdentity loaded = NodeIdentity.LoadOrCreate(PathOf("node.pem"), Setting);

        loaded.Id.Should().Be(made.Id);
    }

    [Test]
    public void LoadOrCreate_OfWhatIsNoSuchKey_SaysWhy()
    {
        using ECDiffieHellman p256 = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using ECDiffieHellman p384 = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        using RSA rsa = RSA.Create(2048);
        string encrypted = p256.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1));
        string pem = p256.ExportPkcs8PrivateKeyPem();

        foreach ((string content, string cause) in new[]
        {
            ("", "not a PEM file"),
            ("hello", "not a PEM file"),
            (pem[..^10], "not a PEM file"),
            (pem.Replace("\n", "\n!"), "not a PEM file"),
            (PemEncoding.WriteString("PRIVATE KEY", [1, 2, 3]), "no P-256 private key"),
            (p384.ExportPkcs8PrivateKeyPem(), "no P-256 private key"),
            (rsa.ExportPkcs8PrivateKeyPem(), "no P-256 private key"),
            (PemEncoding.WriteString("PRIVATE KEY", [.. p256.ExportPkcs8PrivateKey(), 0]), "no P-256 private key"),
            (p256.ExportECPrivateKeyPem(), "not a PRIVATE KEY"),
            (p256.ExportSubjectPublicKeyInfoPem(), "not a PRIVATE KEY"),
            (encrypted, "not a PRIVATE KEY"),
            (pem + new string('\n', 20_000), "longer than"),
        })
        {
            Write(content);
            Refusal(PathOf("node.pem")).Should().Contain(cause);
            File.ReadAllText(PathOf("node.pem")).Should().Be(content, "a file that is refused is not touched");
        }
    }

    [Test]
    public void LoadOrCreate_OfAnotherCurveOf256Bits_IsRefused()
    {
        ECDiffieHellman key;
        try
        {
            key = ECDiffieHellman.Create(ECCurve.CreateFromFriendlyName("secP256k1"));
        }
        catch (Exception e) when (e is PlatformNotSupportedException or CryptographicException)
        {
            Assert.Ignore("This system has no second curve of 256 bits.");
            return;
        }

        using (key)
            Write(key.ExportPkcs8PrivateKeyPem());

        Refusal(PathOf("node.pem")).Should().Contain("no P-256 private key");
    }

    [Test]
    public void LoadOrCreate_OfAKeyWithAnyByteChanged_IsRefused()
    {
        using ECDiffieHellman key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        byte[] privateKey = key.ExportParameters(includePrivateParameters: true).D!;
        int start = pkcs8.AsSpan().IndexOf(privateKey);
        start.Should().BePositive();

        // Both numbers, private and public; what is between them is structure, and the public one comes last.
        foreach (int at in Enumerable.Range(start, privateKey.Length).Concat(Enumerable.Range(pkcs8.Length - 65, 65)))
        {
            byte[] flipped = [.. pkcs8];
            flipped[at] ^= 1;
            Write(PemEncoding.WriteString("PRIVATE KEY", flipped));
            FluentActions.Invoking(() => NodeIdentity.LoadOrCreate(PathOf("node.pem"), Setting).Dispose())
                .Should().Throw<P2pStartException>("byte {0} of {1} is flipped", at, pkcs8.Length);
        }
    }

    [Test]
    public void LoadOrCreate_OfAFolder_IsRefused()
    {
        Refusal(_folder).Should().Contain("it is a folder");
        Refusal(PathOf("new") + Path.DirectorySeparatorChar).Should().Contain("it is a folder");
        Directory.GetFileSystemEntries(_folder).Should().BeEmpty();
    }

    [Test]
    public void LoadOrCreate_InAFolderThatIsNotThere_SaysMkdir() =>
        Refusal(PathOf("none/node.pem")).Should().Contain($"mkdir -p '{PathOf("none")}'");

    [Test]
    public void LoadOrCreate_WithNoPath_IsRefused([Values("", "a\0b")] string path) => Refusal(path).Should().Contain("no path");

    [Test]
    [Platform(Include = "Linux", Reason = "Needs a file that even root cannot read.")]
    public void LoadOrCreate_OfAFileThatCannotBeRead_IsRefused() =>
        // The process's own memory: its first page is mapped for nobody, root included.
        Refusal("/proc/self/mem").Should().Contain("cannot be read");

    [Test]
    [Platform(Include = "Linux", Reason = "Needs a folder that even root cannot write to.")]
    public void LoadOrCreate_InAReadOnlyFolder_IsRefused() =>
        Refusal("/sys/vix-identity.pem").Should().Contain("cannot be made").And.MatchRegex(@"\(.*(denied|permitted|Read-only).*\)");

    [Test]
    [Platform(Include = "Linux", Reason = "Knows how long a file's name may be there.")]
    public void LoadOrCreate_WhereItsBeginningCannotBeWritten_SaysWhatTheSystemSaysAndLeavesNothing()
    {
        // The identity itself could have this name, and the file it is written to first could not.
        Refusal(PathOf(new string('i', 250))).Should().Contain("cannot be made (").And.Contain("too long");

        Directory.GetFileSystemEntries(_folder).Should().BeEmpty();
    }

    private static string Refusal(string path)
    {
        P2pStartException refusal = FluentActions.Invoking(() => NodeIdentity.LoadOrCreate(path, Setting).Dispose())
            .Should().Throw<P2pStartException>().Which;
        refusal.Setting.Should().Be(Setting);
        refusal.Message.Should().StartWith($"{Setting} is '{path}', but ").And.EndWith(".");
        return refusal.Message;
    }

    private void Write(string content)
    {
        File.WriteAllText(PathOf("node.pem"), content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(PathOf("node.pem"), OwnerOnly);
    }
}
