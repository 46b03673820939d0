using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

internal sealed class IntroductionTests
{
    private const string Required = "\"node_id\":\"node-A\",\"instance\":\"0123456789abcdef0123456789ABCDEF\",\"listen_port\":9001";

    [Test]
    public void TryParse_OfTheDocumentedText_ReadsEachMember()
    {
        Introduction introduction = Parse("{" + Required + ",\"agent\":\"Vix.P2p/0.1.0\",\"protocols\":[\"chat/1\",\"files/2\"],\"max_message\":65536,\"stream_window\":16384}");

        introduction.NodeId.Should().Be("node-A");
        introduction.Instance.Should().Be("0123456789abcdef0123456789ABCDEF");
        introduction.ListenPort.Should().Be(9001);
        introduction.Agent.Should().Be("Vix.P2p/0.1.0");
        introduction.Protocols.Should().Equal("chat/1", "files/2");
        introduction.MaxMessage.Should().Be(65536);
        introduction.StreamWindow.Should().Be(16384);
    }

    [Test]
    public void TryParse_OfTheRequiredMembersOnly_FillsInTheRest()
    {
        Introduction introduction = Parse("{" + Required + "}");

        introduction.Agent.Should().BeNull();
        introduction.Protocols.Should().BeEmpty();
        introduction.MaxMessage.Should().Be(1024 * 1024);
        introduction.StreamWindow.Should().Be(256 * 1024);
    }

    [TestCase("\"x\":null", true)]
    [TestCase("\"x\":{\"a\":{\"b\":[1,2,{}]}}", false, Description = "depth 5")]
    [TestCase("\"x\":{\"a\":{\"b\":[1,2]}}", true, Description = "depth 4")]
    [TestCase("\"x\":[[[1]]]", true)]
    [TestCase("\"x\":[[[[1]]]]", false)]
    [TestCase("\"x\":\"\\n\\ud83d\\ude00 and whatever an unknown member holds, however long that may be, more than 64 characters\"", true)]
    [TestCase("\"x\":1e400", true)]
    [TestCase("\"x\":{\"a\":1,\"b\":{\"a\":1}},\"y\":{\"a\":1}", true, Description = "the same name in different objects")]
    [TestCase("\"x\":[{\"a\":1},{\"a\":1}]", true)]
    [TestCase("\"x\":{\"node_id\":1}", true)]
    [TestCase("\"x\":{\"a\":1,\"a\":1}", false)]
    [TestCase("\"x\":{\"a\":1,\"b\":{},\"a\":1}", false)]
    [TestCase("\"x\":[{\"a\":1,\"a\":1}]", false)]
    [TestCase("\"x\":[[{\"a\":1,\"\\u0061\":1}]]", false)]
    [TestCase("\"x\":1,\"x\":2", false)]
    [TestCase("\"x\":1,\"\\u0078\":2", false)]
    [TestCase("\"\":1,\"\":2", false)]
    [TestCase("\"\\ud800\":1", false)]
    [TestCase("\"node_id\":\"node-A\"", false)]
    [TestCase("\"\\u006eode_id\":\"other\"", false)]
    [TestCase("\"listen_port\":1", false)]
    [TestCase("\"agent\":\"a\",\"agent\":\"a\"", false)]
    [TestCase("\"Node_Id\":5", true, Description = "names are case-sensitive")]
    [TestCase("\"agent\":\"\"", true)]
    [TestCase("\"agent\":null", false)]
    [TestCase("\"agent\":1", false)]
    [TestCase("\"agent\":\"tab\\t\"", false)]
    [TestCase("\"agent\":\"\\u001b[31m\"", false)]
    [TestCase("\"agent\":\"\\u007f\"", false)]
    [TestCase("\"agent\":\"caf\u00e9\"", false)]
    [TestCase("\"agent\":\"\\ud800\"", false)]
    [TestCase("\"agent\":\"\\u0041 \\\"\\\\\\/~\"", true)]
    [TestCase("\"protocols\":[]", true)]
    [TestCase("\"protocols\":null", false)]
    [TestCase("\"protocols\":\"chat/1\"", false)]
    [TestCase("\"protocols\":[1]", false)]
    [TestCase("\"protocols\":[[\"a\"]]", false)]
    [TestCase("\"protocols\":{}", false)]
    [TestCase("\"protocols\":[\"\\n\"]", false)]
    [TestCase("\"max_message\":1", true)]
    [TestCase("\"max_message\":2147483647", true)]
    [TestCase("\"max_message\":0", false)]
    [TestCase("\"max_message\":-1", false)]
    [TestCase("\"max_message\":2147483648", false)]
    [TestCase("\"max_message\":1.5", false)]
    [TestCase("\"max_message\":\"1\"", false)]
    [TestCase("\"stream_window\":1", true)]
    [TestCase("\"stream_window\":2147483647", true)]
    [TestCase("\"stream_window\":0", false)]
    [TestCase("\"stream_window\":2147483648", false)]
    [TestCase("\"stream_window\":1e3", false)]
    [TestCase("\"stream_window\":null", false)]
    [TestCase("\"stream_window\":1,\"stream_window\":1", false)]
    public void TryParse_WithAMemberMore_TakesWhatTheRulesAllow(string member, bool taken)
    {
        TryParse("{" + Required + "," + member + "}").Should().Be(taken);
        TryParse("{" + member + "," + Required + "}").Should().Be(taken);
    }

    [TestCase("node_id", "\"\"")]
    [TestCase("node_id", "1")]
    [TestCase("node_id", "null")]
    [TestCase("node_id", "\"a\\nb\"")]
    [TestCase("node_id", "\"\u00fc\"")]
    [TestCase("node_id", "{}")]
    [TestCase("instance", "\"0123456789abcdef0123456789abcde\"")]
    [TestCase("instance", "\"0123456789abcdef0123456789abcdef0\"")]
    [TestCase("instance", "\"0123456789abcdef0123456789abcdeg\"")]
    [TestCase("instance", "null")]
    [TestCase("listen_port", "-1")]
    [TestCase("listen_port", "65536")]
    [TestCase("listen_port", "1.0")]
    [TestCase("listen_port", "1e3")]
    [TestCase("listen_port", "99999999999999999999")]
    [TestCase("listen_port", "\"9001\"")]
    [TestCase("listen_port", "null")]
    public void TryParse_WithABadRequiredMember_NamesItAndRepeatsNothing(string member, string value)
    {
        string[] members = [.. Required.Split(',').Where(text => !text.Contains(member)), $"\"{member}\":{value}"];

        Refusal("{" + string.Join(',', members) + "}").Should().Contain(member).And.NotContain("\n").And.NotContain("0123");
        Refusal("{" + string.Join(',', members[..^1]) + "}").Should().Be($"The introduction has no {member}.");
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("[]")]
    [TestCase("1")]
    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("{" + Required)]
    [TestCase("{" + Required + ",}")]
    [TestCase("{" + Required + "}}")]
    [TestCase("{" + Required + "} {}")]
    [TestCase("{" + Required + "} x")]
    [TestCase("{" + Required + "}\0")]
    [TestCase("{" + Required + "/**/}")]
    [TestCase("// a\n{" + Required + "}")]
    [TestCase("[{" + Required + "}]")]
    [TestCase("\ufeff{" + Required + "}")]
    [TestCase("{'node_id':1}")]
    public void TryParse_OfWhatIsNoSuchObject_IsRefused(string text) => TryParse(text).Should().BeFalse();

    [Test]
    public void TryParse_WithWhiteSpaceAround_IsTaken() => TryParse(" \r\n\t{" + Required + "} \n").Should().BeTrue();

    [TestCase(64, true)]
    [TestCase(65, false)]
    public void TryParse_WithStringsOfALength_CountsThemUnescaped(int length, bool taken)
    {
        string text = string.Concat(Enumerable.Repeat("\\u0041", length));

        TryParse("{" + Required.Replace("node-A", text) + "}").Should().Be(taken);
        TryParse("{" + Required + ",\"agent\":\"" + text + "\"}").Should().Be(taken);
        TryParse("{" + Required + ",\"protocols\":[\"" + text + "\"]}").Should().Be(taken);
        TryParse("{" + Required + ",\"protocols\":[" + string.Join(',', Enumerable.Repeat("\"a\"", length)) + "]}").Should().Be(taken);
    }

    [TestCase(3072, true)]
    [TestCase(3073, false)]
    public void TryParse_OfALength_TakesAtMost3072Bytes(int length, bool taken) =>
        TryParse("{" + Required + "}" + new string(' ', length - Required.Length - 2)).Should().Be(taken);

    [Test]
    public void TryParse_WithInvalidUtf8_IsRefusedEvenWhereItIsIgnored()
    {
        byte[] text = Encoding.UTF8.GetBytes("{" + Required + ",\"x\":\"?\"}");
        text[^3] = 0xff;

        Introduction.TryParse(text, out _, out string? error).Should().BeFalse();
        error.Should().Be("The introduction is not valid UTF-8.");
    }

    [Test]
    public void ToUtf8_OfAnIntroduction_IsTheDocumentedText()
    {
        Introduction introduction = new()
        {
            NodeId = "a+<b>'&\"\\",
            Instance = "0123456789abcdef0123456789abcdef",
            ListenPort = 0,
            Agent = "Vix.P2p/0.1.0",
            Protocols = ["chat/1"],
        };

        Encoding.UTF8.GetString(introduction.ToUtf8()).Should().Be(
            "{\"node_id\":\"a+<b>'&\\\"\\\\\",\"instance\":\"0123456789abcdef0123456789abcdef\",\"listen_port\":0,"
            + "\"agent\":\"Vix.P2p/0.1.0\",\"protocols\":[\"chat/1\"],\"max_message\":1048576,\"stream_window\":262144}");
    }

    private static bool TryParse(string text) => Introduction.TryParse(Encoding.UTF8.GetBytes(text), out _, out _);

    private static Introduction Parse(string text)
    {
        Introduction.TryParse(Encoding.UTF8.GetBytes(text), out Introduction? introduction, out string? error).Should().BeTrue(error);
        return introduction!;
    }

    private static string Refusal(string text)
    {
        Introduction.TryParse(Encoding.UTF8.GetBytes(text), out Introduction? introduction, out string? error).Should().BeFalse();
        introduction.Should().BeNull();
        return error!;
    }
}
