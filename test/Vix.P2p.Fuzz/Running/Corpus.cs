namespace Vix.P2p.Fuzz.Running;

/// <summary>The inputs that are kept, in the tree: one file a target, one input a line, in base64.</summary>
internal static class Corpus
{
    /// <summary>Longer inputs are not written down: what they showed, shorter ones show mostly too.</summary>
    private const int MaxSaved = 2048;

    public static IReadOnlyList<byte[]> Load(string folder, string target)
    {
        string path = Path.Combine(folder, target + ".txt");
        return File.Exists(path)
            ? [.. File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#').Select(Convert.FromBase64String)]
            : [];
    }

    public static void Save(string folder, string target, IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(
            Path.Combine(folder, target + ".txt"),
            inputs.Where(input => input.Length is > 0 and <= MaxSaved).Select(Convert.ToBase64String).Distinct());
    }

    /// <summary>Adds a find to those of its target, with what it breaks.</summary>
    public static void AddFind(string folder, string target, ReadOnlySpan<byte> input, Exception broken)
    {
        Directory.CreateDirectory(folder);
        File.AppendAllLines(
            Path.Combine(folder, target + ".txt"),
            ["# " + broken.GetType().Name + ": " + broken.Message.ReplaceLineEndings(" "), Convert.ToBase64String(input)]);
    }
}
