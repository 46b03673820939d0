namespace Vix.P2p.Cli.Control;

/// <summary>The key of a control plane: from an option, a file or the environment. It is never printed.</summary>
internal static class KeySource
{
    public const string Variable = "VIX_P2P_API_KEY";

    private const int MaxFileBytes = 4_096;

    public static string? Read(string? option, string? file, Func<string, string?> variable)
    {
        if (option is not null && file is not null)
            throw new CliException(ExitCode.Usage, "--api-key and --api-key-file are both given.", "Give one of them.");
        if (option is not null)
            return Checked(option, "--api-key");
        if (file is not null)
            return Checked(ReadFile(file), $"The file of --api-key-file, '{file}',");
        return variable(Variable) is { Length: > 0 } text ? Checked(text, Variable) : null;
    }

    private static string ReadFile(string file)
    {
        try
        {
            using StreamReader reader = new(File.OpenRead(file));
            char[] buffer = new char[MaxFileBytes];
            return new string(buffer, 0, reader.ReadBlock(buffer)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CliException(ExitCode.Usage, $"The file of --api-key-file, '{file}', cannot be read: {e.Message}", innerException: e);
        }
    }

    private static string Checked(string key, string source) =>
        key.Length > 0 && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? key
            : throw new CliException(ExitCode.Usage, $"{source} holds no key.", "A key is visible ASCII characters without spaces, in one line.");
}
