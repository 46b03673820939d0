using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Fuzz.Running;

namespace Vix.P2p.Tests.Fuzzing;

public sealed class MutatorTests
{
    private const int Seeds = 500;
    private const int MaxLength = 100;

    private static readonly byte[] Input = [.. Enumerable.Range(1, 40).Select(i => (byte)i)];
    private static readonly byte[] Other = [.. Enumerable.Range(100, 30).Select(i => (byte)i)];
    private static readonly byte[] Word = [201, 202, 203];

    private static string[] Names => Enum.GetNames<Mutation>();

    [Test]
    public void Mutate_Flip_ChangesOneBit() =>
        Each(Mutation.Flip, result =>
        {
            result.Should().HaveSameCount(Input);
            result.Zip(Input, (a, b) => int.PopCount(a ^ b)).Sum().Should().Be(1);
        });

    [TestCase(nameof(Mutation.Edge))]
    [TestCase(nameof(Mutation.Byte))]
    public void Mutate_EdgeOrByte_ChangesOneByteAtMost(string name)
    {
        Mutation mutation = Enum.Parse<Mutation>(name);
        Each(mutation, result =>
        {
            result.Should().HaveSameCount(Input);
            result.Zip(Input).Count(pair => pair.First != pair.Second).Should().BeLessThanOrEqualTo(1);
        });

        All(mutation).Should().Contain(result => !result.SequenceEqual(Input));
    }

    [Test]
    public void Mutate_Truncate_LeavesAFront()
    {
        Each(Mutation.Truncate, result =>
        {
            result.Length.Should().BeLessThan(Input.Length);
            Input.Should().StartWith(result);
        });

        All(Mutation.Truncate).Select(result => result.Length).Distinct().Should().HaveCount(Input.Length, "it may end anywhere");
    }

    [Test]
    public void Mutate_Remove_LeavesFrontAndEnd() =>
        Each(Mutation.Remove, result => IsInputWithout(Input, result).Should().BeInRange(1, 16));

    [Test]
    public void Mutate_Repeat_HasAPartTwice() =>
        Each(Mutation.Repeat, result =>
        {
            int more = IsInputWithout(result, Input);
            more.Should().BeInRange(1, 64);
            Enumerable.Range(0, result.Length - (2 * more) + 1).Any(at => result.AsSpan(at, more).SequenceEqual(result.AsSpan(at + more, more))).Should().BeTrue();
        });

    [Test]
    public void Mutate_Splice_PutsInAPartOfTheOther() =>
        Each(Mutation.Splice, result =>
        {
            byte[] put = Put(result);
            put.Should().NotBeEmpty();
            Other.AsSpan().IndexOf(put).Should().BeGreaterThanOrEqualTo(0);
        });

    [Test]
    public void Mutate_Cross_IsTheFrontOfOneAndTheEndOfTheOther() =>
        Each(Mutation.Cross, result =>
        {
            int at = result.TakeWhile((b, i) => i < Input.Length && b == Input[i]).Count();
            result[at..].Should().NotBeEmpty();
            Other.Should().EndWith(result[at..]);
        });

    [Test]
    public void Mutate_Insert_PutsInAWord() => Each(Mutation.Insert, result => Put(result).Should().Equal(Word));

    [Test]
    public void Mutate_Overwrite_HasAWordInPlaceOfWhatWasThere() =>
        Each(Mutation.Overwrite, result =>
        {
            result.Should().HaveSameCount(Input);
            int at = result.AsSpan().IndexOf(Word[0]);
            result[at..].Take(Word.Length).Should().Equal(Word.Take(result.Length - at));
        });

    [Test]
    public void Mutate_Length_LiesInBothForms()
    {
        List<byte[]> results = [.. All(Mutation.Length)];

        results.Should().OnlyContain(result => result.Length == Input.Length && result.Zip(Input).Count(pair => pair.First != pair.Second) <= 5);
        results.Any(result => Claims(result).Any(claim => claim.Length == claim.Behind)).Should().BeTrue("one is right for what follows");
        results.Any(result => Claims(result).Any(claim => claim.Length == claim.Behind + 1)).Should().BeTrue("one is too long by a byte");
        results.Any(result => Claims(result).Any(claim => claim.Length >= ushort.MaxValue - 2)).Should().BeTrue("one is far from it");
        results.Any(result => result.Zip(Input).Count(pair => pair.First != pair.Second && pair.First >= 0x80) >= 2).Should().BeTrue("one is a varint of several bytes");

        // Two bytes big-endian where something was changed, and how many bytes there are from there on.
        static IEnumerable<(int Length, int Behind)> Claims(byte[] result) =>
            from at in Enumerable.Range(0, result.Length - 1)
            where !result.AsSpan(at, 2).SequenceEqual(Input.AsSpan(at, 2))
            select ((result[at] << 8) | result[at + 1], result.Length - at);
    }

    [Test]
    public void Mutate_Noise_PutsInSomething() => Each(Mutation.Noise, result => IsInputWithout(result, Input).Should().BeInRange(1, 16));

    [TestCaseSource(nameof(Names))]
    public void Mutate_AnyWay_StaysWithinItsLength(string name)
    {
        Mutation mutation = Enum.Parse<Mutation>(name);
        byte[] full = new byte[MaxLength];
        for (int seed = 0; seed < Seeds; seed++)
            new Mutator(new Random(seed), [Word], MaxLength).Mutate(mutation, full, full).Length.Should().BeLessThanOrEqualTo(MaxLength);
    }

    [TestCaseSource(nameof(Names))]
    public void Mutate_NothingAnyWay_IsStillAnInput(string name)
    {
        Mutation mutation = Enum.Parse<Mutation>(name);
        for (int seed = 0; seed < Seeds; seed++)
            new Mutator(new Random(seed), [], MaxLength).Mutate(mutation, [], []).Length.Should().BePositive("what has nothing to change is noise");
    }

    [Test]
    public void Mutate_SameSeed_MakesTheSameInputs()
    {
        Many(7).Should().BeEquivalentTo(Many(7), options => options.WithStrictOrdering());
        Many(7).Should().NotBeEquivalentTo(Many(8), options => options.WithStrictOrdering());

        static List<string> Many(int seed)
        {
            var mutator = new Mutator(new Random(seed), [Word], MaxLength);
            return [.. Enumerable.Range(0, 200).Select(_ => Convert.ToHexString(mutator.Mutate(Input, Other).Span))];
        }
    }

    private static void Each(Mutation mutation, Action<byte[]> check)
    {
        foreach (byte[] result in All(mutation))
            check(result);
    }

    private static IEnumerable<byte[]> All(Mutation mutation) =>
        Enumerable.Range(0, Seeds).Select(seed => new Mutator(new Random(seed), [Word], MaxLength).Mutate(mutation, Input, Other).ToArray());

    // How many bytes in one place are in the long one only.
    private static int IsInputWithout(byte[] whole, byte[] part)
    {
        int more = whole.Length - part.Length;
        more.Should().BePositive();
        Enumerable.Range(0, part.Length + 1).Any(at => part.AsSpan(0, at).SequenceEqual(whole.AsSpan(0, at)) && part.AsSpan(at).SequenceEqual(whole.AsSpan(at + more))).Should().BeTrue();
        return more;
    }

    // What was put into the input, which shares no byte with it.
    private static byte[] Put(byte[] result)
    {
        IsInputWithout(result, Input);
        return [.. result.Where(b => !Input.Contains(b))];
    }
}
