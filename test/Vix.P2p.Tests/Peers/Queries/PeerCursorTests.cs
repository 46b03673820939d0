using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Vix.P2p.Peers.Queries;

namespace Vix.P2p.Tests.Peers.Queries;

internal sealed class PeerCursorTests
{
    private static readonly Gen<PeerPosition> Positions =
        from sequence in ArbMap.Default.GeneratorFor<long>()
        from value in ArbMap.Default.GeneratorFor<long>()
        from id in Gen.OneOf(Gen.Constant<PeerId?>(null), Gen.Choose(0, 255).ArrayOf(32).Select(bytes => (PeerId?)new PeerId([.. bytes.Select(b => (byte)b)])))
        from missing in Gen.Elements(true, false)
        select new PeerPosition(sequence, value, id, missing);

    private static readonly PeerCursor Cursor = Of(new PeerQuery());

    [Test]
    public void TryRead_OfWhatWasWritten_GivesTheSame() =>
        Prop.ForAll(Positions.ToArbitrary(), position =>
        {
            string text = Cursor.Write(position);
            return Cursor.TryRead(text, out PeerPosition read)
                && read == position
                && text.Length < 80
                && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));

    [Test]
    public void TryRead_OfAnythingElse_IsFalseOrWhatWouldBeWritten()
    {
        Gen<string> mutated =
            from position in Positions
            let text = Cursor.Write(position)
            from at in Gen.Choose(0, text.Length - 1)
            from put in Gen.Elements("AQz019-_+/= \t\n\0é".ToCharArray())
            from way in Gen.Choose(0, 3)
            select way switch
            {
                0 => text[..at] + put + text[(at + 1)..],
                1 => text[..at] + put + text[at..],
                2 => text[..at],
                _ => text + text[..at],
            };

        Prop.ForAll(mutated.ToArbitrary(), text => !Cursor.TryRead(text, out PeerPosition read) || Cursor.Write(read) == text)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithQuietOnSuccess(true));
    }

    [TestCase("")]
    [TestCase("A")]
    [TestCase("null")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void TryRead_OfStrangers_IsFalse(string text) => Cursor.TryRead(text, out _).Should().BeFalse();

    [Test]
    public void TryRead_WithWhiteSpaceOrSpareBits_IsFalse()
    {
        string text = Cursor.Write(new PeerPosition(7, 0, null, false));
        Cursor.TryRead(text, out _).Should().BeTrue();

        foreach (string other in (string[])[text + " ", " " + text, text + "=", text.Insert(5, "\n")])
            Cursor.TryRead(other, out _).Should().BeFalse();
    }

    [Test]
    public void TryRead_OfAnotherQueryOrRun_IsFalse()
    {
        PeerQuery[] queries =
        [
            new(), new() { Descending = true }, new() { Sort = PeerSort.Bytes }, new() { States = [PeerState.Connected] }, new() { States = [PeerState.Stale] },
            new() { Direction = PeerDirection.Inbound }, new() { Direction = PeerDirection.Outbound }, new() { Text = "a" }, new() { Text = "b" },
            new() { Protocol = "a" }, new() { Protocol = "a,b" }, new() { Protocol = "a", Text = "b" },
        ];
        PeerPosition position = new(7, 0, null, false);

        foreach (PeerQuery made in queries)
        {
            string text = Of(made).Write(position);
            foreach (PeerQuery used in queries)
                Of(used).TryRead(text, out _).Should().Be(made == used, "it was made for {0} and used for {1}", made, used);
            Of(made with { Limit = 7 }).TryRead(text, out _).Should().BeTrue("the size of a page may change");
            Of(made, "another run").TryRead(text, out _).Should().BeFalse();
        }
    }

    [Test]
    public void Page_WithAForeignCursor_Throws()
    {
        RowTable table = new();
        for (int i = 0; i < 3; i++)
            table.Add(RowTable.State());
        string next = table.Page(new PeerQuery { Limit = 2 }).Next!;

        table.Page(new PeerQuery { Limit = 1, Cursor = next }).Peers.Should().ContainSingle().Which.Key.Should().Be("p3");
        FluentActions.Invoking(() => table.Page(new PeerQuery { Cursor = next, Descending = true })).Should().Throw<FormatException>();
        FluentActions.Invoking(() => table.Page(new PeerQuery { Cursor = next }, "another run")).Should().Throw<FormatException>();
        FluentActions.Invoking(() => table.Page(new PeerQuery { Cursor = "" })).Should().Throw<FormatException>();
    }

    private static PeerCursor Of(PeerQuery query, string instance = RowTable.Instance) =>
        new(instance, new PeerOrder(query.Sort, query.Descending), new PeerFilter(query));
}
