using Microsoft.Playwright;
using NUnit.Framework;

namespace Vix.P2p.EndToEndTests.Dashboard;

/// <summary>The browser that the machine has. Where it has none, the tests that need one are skipped and say so.</summary>
internal static class Chromium
{
    /// <summary>Names another executable.</summary>
    private const string Variable = "VIX_CHROMIUM";

    private static readonly string[] Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    /// <summary>A name that is another machine's to the browser, and leads to this one.</summary>
    public const string OtherHost = "node.example";

    private static readonly string? Executable = Environment.GetEnvironmentVariable(Variable) ?? Places.FirstOrDefault(File.Exists);

    /// <summary>Skips the tests where there is none.</summary>
    public static void Require()
    {
        if (Executable is null)
            Assert.Ignore($"No Chromium here: the dashboard is not tested. Install it (apt-get install chromium), or name one in {Variable}.");
    }

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        List<string> arguments = [$"--host-resolver-rules=MAP {OtherHost} 127.0.0.1", "--disable-dev-shm-usage"];
        // Chromium refuses its sandbox to root, which containers are.
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
            arguments.Add("--no-sandbox");
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable, Args = arguments });
    }
}
