namespace Vix.P2p.Fuzz.Running;

/// <summary>The inputs that are kept, in the tree: one file a target, one input a line, in base64.</summary>
internal static class Corpus
{
    /// <summary>Longer inputs are not written down: what they showed, shorter ones show mostly too.</summary>
    private const int MaxSaved = 2048;

    public static IReadOnlyList<byte[]> Load(string folder, string target)
    {
        string path = PathOf(folder, target);
        return File.Exists(path) ? Read(path) : [];
    }

    public static IReadOnlyList<byte[]> Read(string path) =>
        [.. File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#').Select(Convert.FromBase64String)];

    public static void Save(string folder, string target, IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(
            PathOf(folder, target),
            inputs.Where(input => input.Length is > 0 and <= MaxSaved).Select(Convert.ToBase64String).Distinct());
    }

    /// <summary>Adds a find to those of its target, with what it breaks; one that is there already is not added again.</summary>
    public static void AddFind(string folder, string target, byte[] input, string broken)
    {
        if (Load(folder, target).Any(known => known.AsSpan().SequenceEqual(input)))
            return;
        Directory.CreateDirectory(folder);
        File.AppendAllLines(PathOf(folder, target), ["# " + broken.ReplaceLineEndings(" "), Convert.ToBase64String(input)]);
    }

    private static string PathOf(string folder, string target) => Path.Combine(folder, target + ".txt");
}
