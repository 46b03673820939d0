using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vix.P2p.Cli.Control;

namespace Vix.P2p.Cli.Running;

/// <summary>The web app of <c>run</c>: a node, its control plane, and nothing else.</summary>
internal static class NodeApp
{
    private const string Prefix = "P2p:Control:Prefix";
    private const string AllowLocal = "P2p:Control:AllowLocal";
    private const string ApiKey = "P2p:Control:ApiKey";
    private const string ApiKeyPath = "P2p:Control:ApiKeyPath";

    /// <summary>Makes it; the variables <c>P2p__…</c> give what no option does.</summary>
    /// <exception cref="CliException">The control plane would be open to others.</exception>
    public static WebApplication Create(CliContext context, RunSettings settings)
    {
        // What MapP2pControl warns of outside of Development, Announce tells in the words of this program.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "vix-p2p", EnvironmentName = Environments.Development });
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(Settings(context, settings, builder.Configuration));
        builder.Logging.SetMinimumLevel(settings.LogLevel).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None).AddProvider(new LineLoggerProvider(context));
        builder.Services.AddP2pNode();
        IPEndPoint? http = settings.Http is { IsNone: false } bind ? new IPEndPoint(bind.Address ?? IPAddress.Loopback, bind.Port) : null;
        if (http is not null)
        {
            RefuseToBeOpen(http, builder.Configuration);
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(http));
            builder.Services.AddRoutingCore();
        }
        else
        {
            builder.WebHost.UseServer(new NoServer());
        }

        WebApplication app = builder.Build();
        if (http is not null)
            app.MapP2pControl();
        return app;
    }

    /// <summary>Where the control plane is, with its prefix, and who is let in.</summary>
    public static (string Address, string Callers) Control(WebApplication app)
    {
        // Nobody can open "all addresses".
        string url = app.Urls.Single().Replace("://0.0.0.0:", "://127.0.0.1:", StringComparison.Ordinal).Replace("://[::]:", "://[::1]:", StringComparison.Ordinal);
        IConfiguration configuration = app.Configuration;
        string[] callers =
        [
            .. bool.TryParse(configuration[AllowLocal], out bool local) && !local ? (string[])[] : ["this machine"],
            .. configuration[ApiKey] is null && configuration[ApiKeyPath] is null ? (string[])[] : ["holders of the key"],
        ];
        return (url + (configuration[Prefix] ?? "/p2p"), callers.Length == 0 ? "nobody" : string.Join(" and ", callers));
    }

    private static Dictionary<string, string?> Settings(CliContext context, RunSettings settings, IConfiguration environment)
    {
        Dictionary<string, string?> values = [];
        Add("P2p:NodeId", settings.NodeId);
        if (settings.Listen is { IsNone: false } listen)
        {
            Add("P2p:ListenAddress", listen.Address?.ToString());
            Add("P2p:ListenPort", listen.Port.ToString(CultureInfo.InvariantCulture));
            Add("P2p:ListenOnAnyPort", listen.Port == 0 ? "true" : "false");
        }
        else
        {
            Add("P2p:ListenPort", "0");
            Add("P2p:ListenOnAnyPort", "false");
        }

        Add("P2p:IdentityPath", settings.Identity);
        Add("P2p:NetworkKeyPath", settings.NetworkKeyFile);
        // Behind those of the environment, whose numbers would otherwise be overwritten.
        int first = environment.GetSection("P2p:Peers").GetChildren().Count();
        for (int i = 0; i < settings.Connect.Count; i++)
            Add(string.Create(CultureInfo.InvariantCulture, $"P2p:Peers:{first + i}"), settings.Connect[i].ToString());
        if (settings.ApiKeyFile is not null)
            Add(ApiKeyPath, settings.ApiKeyFile);
        else if (environment[ApiKeyPath] is null && environment[ApiKey] is null)
            Add(ApiKey, KeySource.Read(option: null, file: null, context.Variable));
        return values;

        void Add(string name, string? value)
        {
            if (value is not null)
                values[name] = value;
        }
    }

    private static void RefuseToBeOpen(IPEndPoint http, IConfiguration configuration)
    {
        if (IPAddress.IsLoopback(http.Address) || configuration[ApiKey] is not null || configuration[ApiKeyPath] is not null)
            return;
        throw new CliException(
            ExitCode.Usage,
            $"--http {http} can be reached from other machines, and there is no key.",
            "Give one by --api-key-file FILE or VIX_P2P_API_KEY (at least 32 characters), or listen on 127.0.0.1.");
    }
}
