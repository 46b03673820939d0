using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Fuzz.Running;

namespace Vix.P2p.Tests.Fuzzing;

public sealed class CutsTests
{
    private const int Length = 48;

    [Test]
    public void Next_AllPieces_AreTheInput()
    {
        for (int seed = 0; seed < 500; seed++)
            Pieces(InputOf(seed)).Should().OnlyContain(piece => piece > 0).And.Subject.Sum().Should().Be(Length);
    }

    [Test]
    public void Next_SameInput_IsCutAlike() => Pieces(InputOf(3)).Should().Equal(Pieces(InputOf(3)));

    [Test]
    public void Next_ManyInputs_AreCutInEachPlaceAndEachWay()
    {
        List<int[]> all = [.. Enumerable.Range(0, 2000).Select(seed => Pieces(InputOf(seed)))];

        all.Should().Contain(pieces => pieces.Length == Length, "byte by byte");
        all.Should().Contain(pieces => pieces.Length == 1, "whole");
        all.Where(pieces => pieces.Length == 2).Select(pieces => pieces[0]).Distinct().Should().HaveCount(Length - 1, "in two at each place");
        all.Should().Contain(pieces => pieces.Length > 2 && pieces.Length < Length, "in pieces of any size");
    }

    private static byte[] InputOf(int seed)
    {
        byte[] input = new byte[Length];
        new Random(seed).NextBytes(input);
        return input;
    }

    private static int[] Pieces(byte[] input)
    {
        var cuts = new Cuts(input);
        List<int> pieces = [];
        for (int left = input.Length; left > 0; left -= pieces[^1])
            pieces.Add(cuts.Next(left));
        return [.. pieces];
    }
}
