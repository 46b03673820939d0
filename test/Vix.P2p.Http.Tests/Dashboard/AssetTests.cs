using System.Text.RegularExpressions;
using Vix.P2p.Http.Dashboard;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Tests.Dashboard;

/// <summary>What is in the page's files.</summary>
public partial class AssetTests
{
    /// <summary>What the page may take in all, in bytes.</summary>
    private const int MostBytes = 160 * 1024;

    private static readonly Dictionary<string, string> Files = DashboardAssets.Names.ToDictionary(
        name => name, name => Encoding.UTF8.GetString(DashboardAssets.Find(name)!.Content.Span));

    private static readonly KeyValuePair<string, string>[] Modules = [.. Files.Where(file => file.Key.EndsWith(".js", StringComparison.Ordinal))];

    [Test]
    public void Files_InAll_AreSmallAndEachIsReadable()
    {
        Files.Should().ContainKeys("index.html", "app.js", "base.css", "icon.svg");
        Files.Sum(file => DashboardAssets.Find(file.Key)!.Content.Length).Should().BeLessThan(MostBytes);
        Files.Where(file => file.Value.Count(c => c == '\n') > 300).Select(file => file.Key).Should().BeEmpty();
    }

    [Test]
    public void Files_Never_NameAnotherServer()
    {
        foreach ((string name, string text) in Files)
            Addresses().Matches(text).Select(match => match.Value).Except(["http://www.w3.org/2000/svg"]).Should().BeEmpty(name);
    }

    [Test]
    public void Modules_Never_TurnTextIntoMarkupOrCode()
    {
        foreach ((string name, string text) in Modules)
            Dangers().Matches(text).Select(match => match.Value).Should().BeEmpty(name);
    }

    [Test]
    public void Page_Never_HasScriptOrStyleOfItsOwn()
    {
        string page = Files["index.html"];

        InlineCode().Matches(page).Select(match => match.Value).Should().BeEmpty("the page's policy would refuse it");
        References().Matches(page).Select(match => match.Groups[1].Value).Where(name => !name.StartsWith('#'))
            .Should().NotBeEmpty().And.OnlyContain(name => Files.ContainsKey(name), "an address is a file beside the page");
    }

    [Test]
    public void Modules_Import_OnlyModulesThatAreThere()
    {
        foreach ((string name, string text) in Modules)
            Imports().Matches(text).Select(match => match.Groups[1].Value).Except(Files.Keys).Should().BeEmpty(name);
        Modules.Select(module => module.Key).Except(Modules.SelectMany(module => Imports().Matches(module.Value).Select(match => match.Groups[1].Value)))
            .Should().Equal("app.js");
    }

    [Test]
    public void Words_Have_EveryReasonErrorEventAndState()
    {
        string words = Files["words.js"];
        IEnumerable<string> codes = Enum.GetValues<P2pReason>().Where(reason => reason != P2pReason.None).Select(reason => reason.ToCode());
        IEnumerable<string> errors = typeof(ErrorKind).GetFields().Select(field => ((ErrorKind)field.GetValue(null)!).Code);
        IEnumerable<string> events = Enum.GetNames<PeerEventKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

        foreach (string code in (string[])[.. codes, .. errors, .. events, .. Enum.GetNames<PeerState>()])
            words.Should().MatchRegex($"(?m)^  {code}: ['\\[]", "the page says {0} in words", code);
    }

    [GeneratedRegex("(?:https?:)?//[A-Za-z0-9][A-Za-z0-9.-]*\\.[a-z]{2,}[^'\"`\\s)]*")]
    private static partial Regex Addresses();

    [GeneratedRegex("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function|setHTML|DOMParser|createContextualFragment|srcdoc|javascript:")]
    private static partial Regex Dangers();

    [GeneratedRegex("<style|\\sstyle=|\\son[a-z]+=|<script(?![^>]*\\ssrc=)")]
    private static partial Regex InlineCode();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex References();

    [GeneratedRegex("from '\\./([a-z-]+\\.js)'")]
    private static partial Regex Imports();
}
