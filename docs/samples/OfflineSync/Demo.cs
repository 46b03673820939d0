using System.Diagnostics;
using System.Text.Json;

namespace OfflineSync;

/// <summary>The story, with processes that are killed: written offline, cut twice, and everything there once.</summary>
internal static class Demo
{
    private const int Messages = 1000;

    public static async Task RunAsync(string port)
    {
        string folder = Directory.CreateTempSubdirectory("offline-sync-").FullName;
        string[] send = ["send", Path.Combine(folder, "alice"), $"tcp://127.0.0.1:{port}"];
        string[] receive = ["receive", Path.Combine(folder, "bob"), port];

        Process sender = Start(send);
        for (int i = 1; i <= Messages; i++)
            sender.StandardInput.WriteLine($"message {i}");
        await KillAfterAsync(sender, $"written: message {Messages}");
        Console.WriteLine($"{Messages} messages are written, nobody is there to take them, and the sender was killed.");

        Process receiver = Start(receive);
        sender = Start(send);
        await KillAfterAsync(receiver, "received");
        Console.WriteLine("The receiver was killed in the middle of it.");

        receiver = Start(receive);
        await ReadUntilAsync(receiver, "received");
        await KillAfterAsync(sender, "");
        Console.WriteLine("The sender was killed in the middle of it.");

        sender = Start(send);
        sender.StandardInput.Close();
        await ReadUntilAsync(sender, "everything is delivered");
        await KillAfterAsync(receiver, "");
        string[] texts = [.. File.ReadLines(Path.Combine(folder, "bob", "inbox.jsonl")).Select(line => JsonSerializer.Deserialize(line, SyncJson.Default.Received)!.Text)];
        bool right = texts.SequenceEqual(Enumerable.Range(1, Messages).Select(i => $"message {i}"));
        Console.WriteLine(right ? $"All {texts.Length} messages are there, each once and in order." : "Something is wrong!");
        Directory.Delete(folder, recursive: true);
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(Demo).Assembly.Location, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static async Task KillAfterAsync(Process process, string text)
    {
        await ReadUntilAsync(process, text);
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static async Task ReadUntilAsync(Process process, string text)
    {
        while (text.Length > 0 && !(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"It ended before '{text}'.")).Contains(text))
        {
        }
    }
}
