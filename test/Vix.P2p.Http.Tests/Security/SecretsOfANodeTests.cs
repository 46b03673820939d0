using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Vix.P2p.Http.Tests.Security;

/// <summary>A real node with every secret that there is: none is in what it logs, at any level, or in what it answers.</summary>
public sealed class SecretsOfANodeTests
{
    private static readonly (string, string) Key = ("Authorization", "Bearer " + ControlApp.Key);

    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("vix-secrets-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task NetworkKeyIdentityAndApiKey_InAllAnswersAndLines_AreNeverShown()
    {
        byte[] networkKey = RandomNumberGenerator.GetBytes(32);
        SecretWatch.Add("the network key", networkKey);
        await using ControlApp first = await StartAsync("first", networkKey);
        await using ControlApp second = await StartAsync("second", networkKey);
        await using ControlApp stranger = await StartAsync("stranger", RandomNumberGenerator.GetBytes(32));
        string[] identities = [.. ((string[])["first", "second", "stranger"]).SelectMany(IdentityForms)];

        int port = PeerEndpoint.Parse(second.Services.GetRequiredService<IP2pNode>().GetStatus().Listen[0]).Port;
        await ConnectAsync(first, port);
        await ConnectAsync(stranger, port, fails: true);
        StringBuilder seen = new();
        foreach (ControlApp app in (ControlApp[])[first, second, stranger])
        {
            foreach (MappedRoute route in MappedRoute.Of(app).Where(route => route.Pattern != "/p2p/events"))
            {
                using HttpResponseMessage response = await route.SendAsync(app, route.PathAndQuery, route.Body is { } json ? MappedRoute.Json(json) : null, Key);
                seen.Append(response.Headers).Append(await response.Content.ReadAsStringAsync());
            }

            seen.AppendJoin('\n', app.Log.Lines.Select(line => line.Text));
        }

        string all = seen.ToString();
        SecretWatch.Look("what three nodes answered and logged", all);
        all.Should().Contain("\"ok\":true").And.Contain("127.0.0.1").And.Contain("/p2p/status");
        all.Should().NotContain("PRIVATE KEY");
        foreach (string form in identities)
            all.Should().NotContainEquivalentOf(form);
        SecretWatch.Seen.Should().BeEmpty();
    }

    // The lines of the file, its bytes, and the number that is the key.
    private IEnumerable<string> IdentityForms(string name)
    {
        string pem = File.ReadAllText(Path.Combine(_folder, name + ".pem"));
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(pem);
        byte[] number = key.ExportParameters(includePrivateParameters: true).D!;
        SecretWatch.Add("the private key of a node", number);
        // The first line of a P-256 key in this form is nearly the same for all of them, and secret from its middle on.
        yield return pem.Split('\n')[1].Trim()[32..];
        yield return Convert.ToBase64String(number).TrimEnd('=');
        yield return Convert.ToHexString(number);
    }

    private static async Task ConnectAsync(ControlApp app, int port, bool fails = false)
    {
        IP2pNode node = app.Services.GetRequiredService<IP2pNode>();
        Task connecting = node.ConnectAsync(PeerEndpoint.Parse($"tcp://127.0.0.1:{port}"));
        if (fails)
            await FluentActions.Awaiting(() => connecting).Should().ThrowAsync<P2pConnectException>();
        else
            await connecting;
    }

    private async Task<ControlApp> StartAsync(string name, byte[] networkKey)
    {
        string keyPath = Path.Combine(_folder, name + ".key");
        await File.WriteAllTextAsync(keyPath, Convert.ToBase64String(networkKey));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(keyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return await ControlApp.StartAsync(new ControlAppSetup
        {
            Settings =
            [
                ("P2p:NodeId", name),
                ("P2p:ListenAddress", "127.0.0.1"),
                ("P2p:ListenOnAnyPort", "true"),
                ("P2p:IdentityPath", Path.Combine(_folder, name + ".pem")),
                ("P2p:NetworkKeyPath", keyPath),
                ("P2p:Control:ApiKey", ControlApp.Key),
            ],
            Services = services =>
            {
                services.RemoveAll<IP2pNode>();
                services.AddP2pNode();
                services.Configure<LoggerFilterOptions>(options => options.MinLevel = LogLevel.Trace);
            },
        });
    }
}
