using System.Text.Json.Nodes;

namespace Vix.P2p.EndToEndTests.Harness;

/// <summary>Members of an answer; a missing one fails the test with the whole answer.</summary>
internal static class JsonExtensions
{
    public static string Text(this JsonObject json, string name) => json.Member(name).GetValue<string>();

    public static long Number(this JsonObject json, string name) => json.Member(name).GetValue<long>();

    public static bool Flag(this JsonObject json, string name) => json.Member(name).GetValue<bool>();

    private static JsonValue Member(this JsonObject json, string name) =>
        json[name]?.AsValue() ?? throw new KeyNotFoundException($"No member '{name}' in {json.ToJsonString()}");
}
