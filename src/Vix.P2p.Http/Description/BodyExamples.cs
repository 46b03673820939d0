using System.Text.Json.Nodes;

namespace Vix.P2p.Http.Description;

/// <summary>
/// The bodies that docs/control-api.md shows, for the host's OpenAPI document. The file is written by the test that
/// compares them with the real ones.
/// </summary>
internal static class BodyExamples
{
    private const string ResourceName = "Vix.P2p.Http.Description.examples.json";

    // Read when a document is made, which most hosts never do.
    private static readonly Lazy<JsonObject> All = new(Read);

    public static IEnumerable<string> Names => All.Value.Select(example => example.Key);

    /// <summary>An example, to be put into a document of the caller's; a body that is not JSON is one string.</summary>
    public static JsonNode Get(string name) => All.Value[name]!.DeepClone();

    private static JsonObject Read()
    {
        using Stream stream = typeof(BodyExamples).Assembly.GetManifestResourceStream(ResourceName)!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
