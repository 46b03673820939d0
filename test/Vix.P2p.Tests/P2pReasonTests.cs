using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.Tests;

internal sealed class P2pReasonTests
{
    [TestCase(P2pReason.None, "none")]
    [TestCase(P2pReason.AlreadyConnected, "already_connected")]
    [TestCase(P2pReason.RefusedBeforeAck, "refused_before_ack")]
    [TestCase(P2pReason.IdMismatch, "id_mismatch")]
    [TestCase(P2pReason.ClonedKey, "cloned_key")]
    [TestCase(P2pReason.Cancelled, "cancelled")]
    public void ToCode_Reason_IsSnakeCase(P2pReason reason, string code) => reason.ToCode().Should().Be(code);

    [Test]
    public void ToCode_Each_IsItsOwn() =>
        Enum.GetValues<P2pReason>().Select(reason => reason.ToCode()).Should().OnlyHaveUniqueItems().And.OnlyContain(code => code.All(c => char.IsAsciiLetterLower(c) || c == '_'));

    [TestCase(-1)]
    [TestCase(1000)]
    public void ToCode_NoReason_Throws(int value) =>
        FluentActions.Invoking(() => ((P2pReason)value).ToCode()).Should().Throw<ArgumentOutOfRangeException>();
}
