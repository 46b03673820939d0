using System.Text;
using Vix.P2p.Client.Streams;

namespace Vix.P2p.Client.Tests.Streams;

public sealed class LineSplitterTests
{
    [TestCase("a\nb\n", true, "a|b")]
    [TestCase("a\r\nb\r\n", true, "a|b")]
    [TestCase("a\rb\r", true, "a|b")]
    [TestCase("a\r\rb\n\nc\r\n\r\nd\r", true, "a||b||c||d")]
    [TestCase("a\n\rb\n", true, "a||b")]
    [TestCase("\n\n", true, "|")]
    [TestCase("a", true, "")]
    [TestCase("a\nb", true, "a")]
    [TestCase("a\rb\r\nc\n", false, "a\rb\r|c")]
    [TestCase("\uFEFFa\n\uFEFFb\n", true, "a|\uFEFFb")]
    [TestCase("\uFEFF\n", true, "")]
    [TestCase("\uFEFF\uFEFFa\n", true, "\uFEFFa")]
    public void Read_HoweverItArrives_GivesTheSameLines(string text, bool endsAtReturn, string lines)
    {
        foreach (byte[][] pieces in Feed.Ways(Encoding.UTF8.GetBytes(text)))
        {
            (List<string> read, SplitResult last) = ReadAll(new LineSplitter(64, endsAtReturn), pieces);

            string.Join('|', read).Should().Be(lines);
            last.Should().Be(SplitResult.NeedMore);
        }
    }

    [Test]
    public void Read_LineAtTheLimit_IsGiven()
    {
        foreach (byte[][] pieces in Feed.Ways("12345678\n1\n"u8.ToArray()))
            ReadAll(new LineSplitter(8, true), pieces).Lines.Should().Equal("12345678", "1");
    }

    [TestCase("123456789\n")]
    [TestCase("1\n123456789")]
    [TestCase("\r\n123456789\r\n")]
    public void Read_LineBeyondTheLimit_IsRefusedBeforeItEnds(string text)
    {
        foreach (byte[][] pieces in Feed.Ways(Encoding.UTF8.GetBytes(text)))
            ReadAll(new LineSplitter(8, true), pieces).Last.Should().Be(SplitResult.TooLong);
    }

    [Test]
    public void Rest_OfALineThatHasNotEnded_IsThere()
    {
        LineSplitter splitter = new(8, false);
        ReadAll(splitter, ["a\nb"u8.ToArray(), "c"u8.ToArray()]);

        Encoding.UTF8.GetString(splitter.Rest).Should().Be("bc");
    }

    [TestCase("a\n")]
    [TestCase("")]
    public void Rest_AfterAWholeLine_IsEmpty(string text)
    {
        foreach (byte[][] pieces in Feed.Ways(Encoding.UTF8.GetBytes(text)))
        {
            LineSplitter splitter = new(8, false);
            ReadAll(splitter, pieces);

            splitter.Rest.IsEmpty.Should().BeTrue();
        }
    }

    private static (List<string> Lines, SplitResult Last) ReadAll(LineSplitter splitter, byte[][] pieces)
    {
        List<string> lines = [];
        SplitResult result = SplitResult.NeedMore;
        foreach (byte[] piece in pieces)
        {
            ReadOnlySpan<byte> input = piece;
            while ((result = splitter.Read(ref input, out ReadOnlySpan<byte> line)) == SplitResult.Line)
                lines.Add(Encoding.UTF8.GetString(line));
            if (result == SplitResult.TooLong)
                break;
            input.IsEmpty.Should().BeTrue();
        }

        return (lines, result);
    }
}
