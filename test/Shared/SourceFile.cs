using System.Text.RegularExpressions;

namespace Vix.P2p.Shared;

/// <summary>A C# file of the repository, as its author wrote it.</summary>
internal sealed partial record SourceFile(string Path, IReadOnlyList<string> Lines)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The names of the types at the file's top level; the house style indents everything else.</summary>
    public IReadOnlyList<string> TopLevelTypes =>
        [.. Lines.Select(line => TypeDeclaration().Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value)];

    public static IReadOnlyList<SourceFile> Under(params string[] folder)
    {
        string root = Repository.Path(folder);
        return
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Select(path => System.IO.Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(path => new SourceFile(path, File.ReadAllLines(Repository.Path(path)))),
        ];
    }

    public override string ToString() => Path;

    [GeneratedRegex(@"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+\S+)\s+(?<name>\w+)")]
    private static partial Regex TypeDeclaration();
}
