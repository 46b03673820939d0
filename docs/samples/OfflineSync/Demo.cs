using System.Diagnostics;

namespace OfflineSync;

/// <summary>The story, with processes that are killed: written offline, cut twice, and everything there once.</summary>
internal static class Demo
{
    public static async Task RunAsync(string port)
    {
        string folder = Directory.CreateTempSubdirectory("offline-sync-").FullName;
        string[] send = ["send", Path.Combine(folder, "alice"), $"tcp://127.0.0.1:{port}"], receive = ["receive", Path.Combine(folder, "bob"), port];
        string[] messages = [.. Enumerable.Range(1, 1000).Select(i => $"message {i}")];
        using (Database outbox = new(send[1]))
            Array.ForEach(messages, message => outbox.TryAdd(message));
        Console.WriteLine($"{messages.Length} messages are written, and nobody is there to take them.");

        Process sender = Start(send), receiver = Start(receive);
        await KillWhenAsync(receiver, receiver, "received");
        Console.WriteLine("The receiver was killed in the middle of it.");

        receiver = Start(receive);
        await KillWhenAsync(sender, receiver, "received");
        Console.WriteLine("The sender was killed in the middle of it.");

        sender = Start(send);
        await KillWhenAsync(receiver, sender, "everything is delivered");
        using (Database inbox = new(receive[1]))
            Console.WriteLine(inbox.Received().SequenceEqual(messages) ? $"All {messages.Length} messages are there, each once and in order." : "Something is wrong!");
        Directory.Delete(folder, recursive: true);
    }

    private static Process Start(string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(Demo).Assembly.Location, .. arguments]) { RedirectStandardOutput = true })!;

    private static async Task KillWhenAsync(Process process, Process speaker, string says)
    {
        while ((await speaker.StandardOutput.ReadLineAsync())?.Contains(says) == false)
        {
        }

        process.Kill();
        await process.WaitForExitAsync();
    }
}
