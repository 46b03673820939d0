using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p key</summary>
internal static class KeyCommand
{
    private const int KeyLength = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static Command Create(CliContext context)
    {
        Argument<string> file = new("file") { Description = "The file to make; one that is there is never overwritten.", HelpName = "FILE" };
        Command command = new("key", "Makes a network key: a secret that all nodes of a network share, for --network-key-file of 'run'.") { file };
        command.SetAction(parse =>
        {
            string path = parse.GetRequiredValue(file);
            Write(path);
            context.Results.Line($"made {path}; give it to the nodes of your network and to nobody else.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        byte[] key = RandomNumberGenerator.GetBytes(KeyLength);
        byte[] line = new byte[Base64.GetMaxEncodedToUtf8Length(KeyLength) + 1];
        try
        {
            Base64.EncodeToUtf8(key, line, out _, out int length);
            line[length] = (byte)'\n';
            using FileStream stream = new(path, options);
            stream.Write(line.AsSpan(0, length + 1));
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new CliException(ExitCode.Failed, $"{path} is there already.", "Name another file; a key that nodes use must not be overwritten.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(ExitCode.Failed, $"{path} cannot be made: {e.Message}", innerException: e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(line);
        }
    }
}
