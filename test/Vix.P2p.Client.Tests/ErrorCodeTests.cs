using System.Reflection;
using System.Text.RegularExpressions;
using Vix.P2p.Shared;

namespace Vix.P2p.Client.Tests;

public sealed partial class ErrorCodeTests
{
    private static readonly string[] Own = [P2pControlErrorCode.HttpError, P2pControlErrorCode.Redirected, P2pControlErrorCode.InvalidResponse, P2pControlErrorCode.ResponseTooLarge];

    [Test]
    public void Code_EachOfTheControlPlane_IsAConstant()
    {
        string[] documented = [.. Row().Matches(File.ReadAllText(Repository.Path("docs", "control-api.md"))).Select(row => row.Groups["code"].Value).Distinct()];
        string[] constants = [.. Constants(typeof(P2pControlErrorCode))];

        documented.Should().HaveCountGreaterThan(10);
        constants.Except(Own).Should().BeEquivalentTo(documented);
    }

    [Test]
    public void Type_EachOfTheNodesEvents_IsAConstant()
    {
        IEnumerable<string> types = Enum.GetNames<PeerEventKind>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName);

        Constants(typeof(P2pEventType)).Should().BeEquivalentTo([.. types, "status"]);
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

    [GeneratedRegex(@"^\| \d{3} \| `(?<code>[a-z0-9_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
