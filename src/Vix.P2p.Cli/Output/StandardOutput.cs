using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vix.P2p.Cli.Output;

/// <summary>The writer behind which standard output is.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Opens it. What is written is out when the call returns.</summary>
    public static TextWriter Open() =>
        new StreamWriter(new OutputStream(OpenPipe() ?? Console.OpenStandardOutput()), Utf8) { AutoFlush = true };

    // The console's stream takes what is written to a closed pipe for written, so a command that follows something would
    // go on for ever behind `| head`. A file keeps the console's stream: another one would write at places of its own.
    private static FileStream? OpenPipe()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return null;
        try
        {
            FileStream stream = new(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? null : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // closed from the beginning, or of a kind that a file is not
        }
    }
}
