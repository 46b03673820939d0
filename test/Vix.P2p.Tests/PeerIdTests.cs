using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.Tests;

internal sealed class PeerIdTests
{
    [Test]
    public void Parse_OwnText_IsTheSameId()
    {
        var random = new Random(3);
        byte[] bytes = new byte[PeerId.ByteLength];
        for (int i = 0; i < 1000; i++)
        {
            random.NextBytes(bytes);
            var id = new PeerId(bytes);

            id.ToString().Should().Be(Convert.ToHexStringLower(bytes));
            PeerId.Parse(id.ToString()).Should().Be(id);
            byte[] written = new byte[PeerId.ByteLength];
            id.WriteTo(written);
            written.Should().Equal(bytes);
        }
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("00")]
    public void TryParse_OtherLength_IsFalse(string? text) => PeerId.TryParse(text, out _).Should().BeFalse();

    [TestCase('A')]
    [TestCase('g')]
    [TestCase(' ')]
    [TestCase('０')]
    public void TryParse_OtherCharacter_IsFalse(char wrong)
    {
        string good = new('a', 64);
        PeerId.TryParse(good, out _).Should().BeTrue();

        for (int i = 0; i < 64; i++)
            PeerId.TryParse(good.Remove(i, 1).Insert(i, wrong.ToString()), out _).Should().BeFalse();
    }

    [Test]
    public void CompareTo_AnyTwo_IsTheOrderOfTheirBytes()
    {
        var random = new Random(4);
        for (int i = 0; i < 5000; i++)
        {
            // Alike but for one byte, so that each of the four parts decides now and then.
            byte[] left = new byte[PeerId.ByteLength];
            random.NextBytes(left);
            byte[] right = [.. left];
            right[random.Next(32)] = (byte)random.Next(256);
            int wanted = Math.Sign(left.AsSpan().SequenceCompareTo(right));
            var (a, b) = (new PeerId(left), new PeerId(right));

            Math.Sign(a.CompareTo(b)).Should().Be(wanted);
            Math.Sign(b.CompareTo(a)).Should().Be(-wanted);
            (a > b).Should().Be(wanted > 0);
            (a < b).Should().Be(wanted < 0);
            (a >= b).Should().Be(wanted >= 0);
            (a <= b).Should().Be(wanted <= 0);
            (a == b).Should().Be(wanted == 0);
            (a != b).Should().Be(wanted != 0);
            a.Equals((object)b).Should().Be(wanted == 0);
        }
    }

    [Test]
    public void Constructor_OtherLength_Throws()
    {
        FluentActions.Invoking(() => new PeerId(new byte[31])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new PeerId(new byte[33])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => default(PeerId).WriteTo(new byte[31])).Should().Throw<ArgumentException>();
    }
}
