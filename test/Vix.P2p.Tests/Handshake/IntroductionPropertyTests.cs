using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

internal sealed class IntroductionPropertyTests
{
    private static readonly Gen<string> Text =
        from length in Gen.Choose(1, 64)
        from characters in Gen.Choose(' ', '~').Select(value => (char)value).ArrayOf(length)
        select new string(characters);

    private static readonly Gen<Introduction> Introductions =
        from nodeId in Text
        from instance in Gen.Elements("0123456789abcdefABCDEF".ToCharArray()).ArrayOf(32)
        from port in Gen.Choose(0, 65535)
        from agent in Gen.OneOf(Gen.Constant<string?>(null), Text.Select(text => (string?)text))
        from count in Gen.Choose(0, 12)
        from protocols in Text.ArrayOf(count)
        from maxMessage in Gen.Choose(1, int.MaxValue)
        select new Introduction
        {
            NodeId = nodeId,
            Instance = new string(instance),
            ListenPort = port,
            Agent = agent,
            Protocols = protocols,
            MaxMessage = maxMessage,
        };

    [Test]
    public void TryParse_OfWhatToUtf8Wrote_GivesTheSame() =>
        Prop.ForAll(Introductions.ToArbitrary(), introduction =>
        {
            bool read = Introduction.TryParse(introduction.ToUtf8(), out Introduction? again, out _);
            return read
                && again!.Protocols.SequenceEqual(introduction.Protocols)
                && again with { Protocols = introduction.Protocols } == introduction;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void TryParse_OfAnyPrefix_IsFalse() =>
        Prop.ForAll(Introductions.ToArbitrary(), introduction =>
        {
            byte[] text = introduction.ToUtf8();
            return Enumerable.Range(0, text.Length).All(length => !Introduction.TryParse(text.AsSpan(0, length), out _, out _));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void TryParse_OfMutatedText_NeverThrowsAndKeepsTheRules()
    {
        Gen<byte[]> mutated =
            from introduction in Introductions
            let text = introduction.ToUtf8()
            from changes in (from position in Gen.Choose(0, text.Length - 1)
                             from value in Gen.Frequency((1, Gen.Choose(0, 255)), (2, Gen.Elements("{}[]\",:\\u0n\u007f ".Select(c => (int)c))))
                             select (position, value)).ListOf(3)
            select Mutate(text, changes);
        int taken = 0;

        Prop.ForAll(mutated.ToArbitrary(), text =>
        {
            if (!Introduction.TryParse(text, out Introduction? introduction, out string? error))
                return introduction is null && error!.EndsWith('.') && !error.Contains('\n');
            taken++;
            return IsPrintable(introduction.NodeId) && introduction.NodeId.Length > 0
                && introduction.Instance.Length == 32 && introduction.Instance.All(char.IsAsciiHexDigit)
                && introduction.ListenPort is >= 0 and <= 65535
                && (introduction.Agent is null || IsPrintable(introduction.Agent))
                && introduction.Protocols.Count <= 64 && introduction.Protocols.All(IsPrintable)
                && introduction.MaxMessage > 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

        taken.Should().BePositive("mutations inside of strings are taken, so the rules were looked at");
    }

    [Test]
    public void TryParse_OfAnyBytes_NeverThrows() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().ToArbitrary(), bytes =>
            !Introduction.TryParse(bytes, out _, out string? error) && error is not null).QuickCheckThrowOnFailure();

    private static bool IsPrintable(string text) => text.Length <= 64 && text.All(character => character is >= ' ' and <= '~');

    private static byte[] Mutate(byte[] text, IEnumerable<(int Position, int Value)> changes)
    {
        byte[] mutated = [.. text];
        foreach ((int position, int value) in changes)
            mutated[position] = (byte)value;
        return mutated;
    }
}
