using System.Security.Cryptography;

namespace Vix.P2p.Handshake;

/// <summary>The file of a node's private key: read when it is there, else made and then read.</summary>
internal static class IdentityFile
{
    // A P-256 key takes some 240 bytes; the rest is for text around it.
    private const int MaxLength = 16 * 1024;

    // Another process that makes the file needs a millisecond or so.
    private const int LockAttempts = 200;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~(OwnerOnly | UnixFileMode.UserExecute);

    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(10);

    public static P256KeyPair LoadOrCreate(string path, string setting)
    {
        string file;
        try
        {
            file = Path.GetFullPath(path);
        }
        catch (ArgumentException e)
        {
            throw Refusal(setting, path, "that is no path", "name a file", e);
        }

        if (Directory.Exists(file) || Path.EndsInDirectorySeparator(file))
            throw Refusal(setting, path, "it is a folder", "name a file in it");

        // What was made is read like any other: of two processes that make it at once both end with the one that won,
        // and a file system that does not keep the mode is found at the first start and not at the second.
        return TryLoad(file, path, setting)
            ?? TryLoad(Create(file, path, setting), path, setting)
            ?? throw Refusal(setting, path, "it was removed while it was made", "start again");
    }

    private static P256KeyPair? TryLoad(string file, string path, string setting)
    {
        byte[] content = new byte[MaxLength + 1];
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            // The mode of what was opened: by its path it could be another file by now.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != 0)
                throw Refusal(setting, path, "others than its owner may use it", $"keep them out: chmod 600 '{file}'");
            int length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length > MaxLength)
                throw Refusal(setting, path, $"it is longer than {MaxLength} bytes", "name the file of a private key");
            return IdentityPem.TryRead(content.AsSpan(0, length), out P256KeyPair? keyPair, out string? cause)
                ? keyPair
                : throw Refusal(setting, path, cause, "restore it, or move it away: the next start makes a new one, and with it a new peer id");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException e)
        {
            throw NoFolder(file, path, setting, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refusal(setting, path, $"it cannot be read ({Words(e)})", "let the user that runs this process read it", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static string Create(string file, string path, string setting)
    {
        string temporary = $"{file}.{Guid.NewGuid():N}.tmp";
        try
        {
            // File.Move looks whether the target is there and then renames, so two processes that start at once could
            // both find nothing there and go on with two identities. Only who holds the lock looks and makes.
            using FileStream made = Lock(file);
            if (!File.Exists(file))
            {
                Write(temporary);
                File.Move(temporary, file, overwrite: false);
            }
        }
        catch (DirectoryNotFoundException e)
        {
            throw NoFolder(file, path, setting, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refusal(setting, path, $"it is not there and cannot be made ({Words(e)})", "let the user that runs this process write to its folder, or put a key there", e);
        }
        finally
        {
            DeleteQuietly(temporary);
        }

        return file;
    }

    // Advisory on Unix, and gone with the process. It is deleted while it is held: one that waited for it holds a file
    // without a name then, but finds the identity made.
    private static FileStream Lock(string file)
    {
        string name = file + ".lock";
        FileStreamOptions options = New(FileMode.OpenOrCreate, FileOptions.DeleteOnClose);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(name, options);
            }
            // Held by another process, or just given back by one that made the identity; a read-only system has neither.
            catch (IOException) when (attempt < LockAttempts && (File.Exists(name) || File.Exists(file)))
            {
                Thread.Sleep(LockPause);
            }
        }
    }

    private static void Write(string temporary)
    {
        using ECDiffieHellman key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        byte[] pem = IdentityPem.Write(key);
        try
        {
            using FileStream stream = new(temporary, New(FileMode.CreateNew, FileOptions.None));
            stream.Write(pem);
            stream.Flush(flushToDisk: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }
    }

    private static FileStreamOptions New(FileMode mode, FileOptions how)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, Options = how };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }

    private static void DeleteQuietly(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What failed before it is what the user must hear.
        }
    }

    private static P2pStartException NoFolder(string file, string path, string setting, Exception e) =>
        Refusal(setting, path, "its folder does not exist", $"make it: mkdir -p '{Path.GetDirectoryName(file)}'", e);

    // What the system said, such as that the disk is full, without the name of a file that only this class knows.
    private static string Words(Exception e) => e is IOException && e.Message.IndexOf(" : '", StringComparison.Ordinal) is var end and > 0 ? e.Message[..end] : e.Message.TrimEnd('.');

    private static P2pStartException Refusal(string setting, string path, string cause, string remedy, Exception? e = null) =>
        new(setting, $"{setting} is '{path}', but {cause}; {remedy}.", e);
}
