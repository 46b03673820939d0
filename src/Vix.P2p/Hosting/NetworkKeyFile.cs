namespace Vix.P2p.Hosting;

/// <summary>The network key, from the options or from its file.</summary>
internal static class NetworkKeyFile
{
    // 44 characters of base64 and some white space: anything longer is another file.
    private const int LongestFile = 256;

    /// <summary>32 bytes, or none where no key is set. Whoever takes them zeroes them.</summary>
    /// <exception cref="P2pStartException">The file cannot be read or holds no key.</exception>
    public static byte[] Read(P2pNodeOptions options, string section)
    {
        if (options.NetworkKey is { } given)
            return Convert.FromBase64String(given.Trim());
        if (options.NetworkKeyPath is not { } path)
            return [];
        string setting = $"{section}:{nameof(options.NetworkKeyPath)}";
        try
        {
            if (new FileInfo(path).Length > LongestFile)
                throw Failed(setting, path, "the file is too long for 32 bytes in base64", null);
            string text = File.ReadAllText(path);
            return P2pNodeOptionsValidator.IsKey(text)
                ? Convert.FromBase64String(text.Trim())
                : throw Failed(setting, path, "the file does not hold 32 bytes in base64", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Failed(setting, path, e.Message, e);
        }
    }

    private static P2pStartException Failed(string setting, string path, string cause, Exception? inner) =>
        new(setting, $"{setting} is '{path}'; the network key cannot be read: {cause}.", inner);
}
