using System.Text;
using Vix.P2p.Client.Streams;

namespace Vix.P2p.Client.Tests.Streams;

/// <summary>The rules of the WHATWG standard, section 9.2.6, however the bytes arrive.</summary>
public sealed class SseReaderTests
{
    [TestCase("data: a\n\n", "message/a@")]
    [TestCase("event: status\nid: i-1\ndata: {}\n\n", "status/{}@i-1")]
    [TestCase("data:a\n\ndata:  b\n\n", "message/a@|message/ b@", Description = "one space is taken off")]
    [TestCase("data: a\ndata: b\n\n", "message/a\nb@")]
    [TestCase("data\n\n", "message/@", Description = "a name alone is an empty value")]
    [TestCase("data\ndata\n\n", "message/\n@")]
    [TestCase(": hello\n\ndata: a\n:\n\n", "message/a@", Description = "comments")]
    [TestCase("event: a\n\ndata: b\n\n", "message/b@", Description = "no data is no event, and its type is forgotten")]
    [TestCase("id: 1\n\ndata: a\n\n", "message/a@1", Description = "an id without data is kept")]
    [TestCase("id: 1\ndata: a\n\ndata: b\n\n", "message/a@1|message/b@1", Description = "an id holds until the next")]
    [TestCase("id: 1\ndata: a\n\nid\ndata: b\n\n", "message/a@1|message/b@", Description = "an empty id takes it back")]
    [TestCase("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", "message/a@1|message/b@1", Description = "an id with NUL is none")]
    [TestCase("event: a\nevent: b\ndata: c\n\n", "b/c@", Description = "the last one counts")]
    [TestCase("Data: a\nfoo: b\ndata : c\n data: d\n\n", "", Description = "other names are passed over")]
    [TestCase("data: a\n", "", Description = "an event that has not ended is none")]
    [TestCase("data: a", "")]
    [TestCase("data: a\nid: 9\n", "")]
    [TestCase("\uFEFFdata: a\n\n", "message/a@")]
    [TestCase("data: a:b: c\n\n", "message/a:b: c@")]
    [TestCase("data: \u00e4\u20ac\U0001F600\n\n", "message/\u00e4\u20ac\U0001F600@")]
    public void Read_HoweverItArrivesAndItsLinesEnd_GivesTheSameEvents(string text, string events)
    {
        foreach (string end in (string[])["\n", "\r", "\r\n"])
        {
            foreach (byte[][] pieces in Feed.Ways(Encoding.UTF8.GetBytes(text.Replace("\n", end, StringComparison.Ordinal))))
            {
                (List<string> read, SplitResult last) = ReadAll(new SseReader(256), pieces);

                string.Join('|', read).Should().Be(events);
                last.Should().Be(SplitResult.NeedMore);
            }
        }
    }

    [TestCase("data: 123456789012\n", false, Description = "a line of 18 bytes")]
    [TestCase("data:12345678901\n\n", true, Description = "a line of 16 bytes")]
    [TestCase("data:1234567\ndata:12345678\n\n", true, Description = "data of 16 bytes")]
    [TestCase("data:1234567\ndata:123456789\n\n", false, Description = "data of 17 bytes")]
    [TestCase(":12345678901234567", false, Description = "a comment that does not end")]
    [TestCase("id:12345678901234567", false)]
    public void Read_LargerThanTheLimit_IsRefused(string text, bool isRead)
    {
        foreach (byte[][] pieces in Feed.Ways(Encoding.UTF8.GetBytes(text)))
            ReadAll(new SseReader(16), pieces).Last.Should().Be(isRead ? SplitResult.NeedMore : SplitResult.TooLong);
    }

    [Test]
    public void Read_DataThatIsOnlyLineEnds_IsBoundedToo()
    {
        byte[] endless = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("data\n", 100)));

        ReadAll(new SseReader(16), [endless]).Last.Should().Be(SplitResult.TooLong);
    }

    [TestCase("retry: 1500\n", 1500d)]
    [TestCase("retry:0\n", 0d)]
    [TestCase("retry: 15s\n", null)]
    [TestCase("retry: -1\n", null)]
    [TestCase("retry\n", null)]
    [TestCase("retry: 99999999999999999999\n", (double)int.MaxValue)]
    public void Retry_AsSent_IsADurationOrNothing(string text, double? milliseconds)
    {
        SseReader reader = new(256);
        ReadAll(reader, [Encoding.UTF8.GetBytes(text)]);

        reader.Retry?.TotalMilliseconds.Should().Be(milliseconds);
        reader.Retry.HasValue.Should().Be(milliseconds.HasValue);
    }

    [Test]
    public void LastEventId_OfAnEventThatHasNotEnded_IsNotTaken()
    {
        SseReader reader = new(256);
        ReadAll(reader, ["id: 1\ndata: a\n\nid: 2\ndata: b\n"u8.ToArray()]);

        reader.LastEventId.Should().Be("1");
    }

    private static (List<string> Events, SplitResult Last) ReadAll(SseReader reader, byte[][] pieces)
    {
        List<string> events = [];
        SplitResult result = SplitResult.NeedMore;
        foreach (byte[] piece in pieces)
        {
            ReadOnlySpan<byte> input = piece;
            while ((result = reader.Read(ref input, out SseItem item)) == SplitResult.Line)
                events.Add($"{item.Type}/{Encoding.UTF8.GetString(item.Data)}@{reader.LastEventId}");
            if (result == SplitResult.TooLong)
                break;
        }

        return (events, result);
    }
}
