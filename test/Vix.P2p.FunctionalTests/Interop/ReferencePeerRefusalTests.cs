using System.Security.Cryptography;
using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>What the reference peer can be made to do wrong, and that it refuses the same from others.</summary>
[TestFixture]
public sealed class ReferencePeerRefusalTests
{
    private static readonly ReferencePeerOptions Honest = new();
    private static readonly byte[] NetworkKey = SHA256.HashData("a network key"u8);

    private static IEnumerable<TestCaseData> WrongHellos()
    {
        yield return Case("Magic", Honest with { Magic = "VIXP3P" }, Honest, "Hello begins with 564958503350010100*");
        yield return Case("Version", Honest with { Version = 2 }, Honest, "Hello begins with *020100*");
        yield return Case("Suite", Honest with { Suite = 2 }, Honest, "Hello begins with *010200*");
        yield return Case("ReservedFlag", Honest with { Flags = 2 }, Honest, "Hello begins with *010102*");
        yield return Case("FlagWithoutKey", Honest with { Flags = 1 }, Honest, "Hello begins with *010101*");
        yield return Case("KeyMissing", Honest, Honest with { NetworkKey = NetworkKey }, "Message 1 has length 75.");
        yield return Case("KeyUnexpected", Honest with { NetworkKey = NetworkKey }, Honest, "Message 1 has length 91.");
        yield return Case("OtherKey", Honest with { NetworkKey = SHA256.HashData(NetworkKey) }, Honest with { NetworkKey = NetworkKey }, "The tag is wrong *");
        yield return Case("OtherNameWithKey", Honest with { NetworkKey = NetworkKey, NetworkName = "b" }, Honest with { NetworkKey = NetworkKey }, "The tag is wrong *");
        var shared = ReferencePeerKey.Generate();
        yield return Case("SameEphemeral", Honest with { Ephemeral = shared }, Honest with { Ephemeral = shared }, "*own key.");

        static TestCaseData Case(string name, ReferencePeerOptions initiator, ReferencePeerOptions responder, string message) =>
            new TestCaseData(initiator, responder, message).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(WrongHellos))]
    [CancelAfter(30_000)]
    public async Task ReadHello_WrongHello_IsRefused(object initiator, object responder, string message)
    {
        using var pair = await ConnectAsync((ReferencePeerOptions)initiator, (ReferencePeerOptions)responder);
        await pair.Initiator.SendHelloAsync();

        await pair.Responder.Invoking(peer => peer.ReadHelloAsync())
            .Should().ThrowAsync<ReferencePeerException>().WithMessage(message);
    }

    [TestCase(0, 5)]
    [TestCase(1, 255)]
    [TestCase(64, 1)]
    [CancelAfter(30_000)]
    public async Task ReadHello_PointOffTheCurve_IsRefused(int at, byte flip)
    {
        using var pair = await ConnectAsync(Honest, Honest);
        var hello = pair.Initiator.BuildHello();
        hello[2 + 1 + 9 + at] ^= flip;
        await pair.Initiator.SendRawAsync(hello);

        await pair.Responder.Invoking(peer => peer.ReadHelloAsync())
            .Should().ThrowAsync<ReferencePeerException>().WithMessage("The ephemeral key is not a point of P-256.");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task ReadAck_OtherNetworkName_IsRefused()
    {
        using var pair = await ConnectAsync(Honest, new() { NetworkName = "staging" });
        await pair.Initiator.SendHelloAsync();
        await pair.Responder.ReadHelloAsync();
        await pair.Responder.SendAckAsync();

        await pair.Initiator.Invoking(peer => peer.ReadAckAsync())
            .Should().ThrowAsync<ReferencePeerException>().WithMessage("The tag is wrong *");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task ReadAck_OwnStaticKey_IsRefused()
    {
        using var pair = await ConnectAsync(Honest, Honest);
        await pair.Initiator.SendHelloAsync();
        await pair.Responder.ReadHelloAsync();
        await pair.Responder.SendAckAsync();

        await pair.Initiator.Invoking(peer => peer.ReadAckAsync())
            .Should().ThrowAsync<ReferencePeerException>().WithMessage("*own key.");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task ReadAck_HelloSentBack_IsRefused()
    {
        using var pair = await ConnectAsync(Honest, new());
        await pair.Initiator.SendHelloAsync();
        await pair.Responder.ReadHelloAsync();
        await pair.Responder.SendRawAsync(pair.Responder.Hello);

        await pair.Initiator.Invoking(peer => peer.ReadAckAsync())
            .Should().ThrowAsync<ReferencePeerException>().WithMessage("Message 2 has length 75.");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task ReadFinish_FinishOfAnEarlierConnection_IsRefused()
    {
        using var first = await ReferencePeerPair.OpenAsync(Honest, new(), CancellationToken.None);
        using var second = await ConnectAsync(Honest, new());
        await second.Initiator.SendHelloAsync();
        await second.Responder.ReadHelloAsync();
        await second.Responder.SendAckAsync();
        await second.Initiator.SendRawAsync(first.Initiator.Finish);

        await second.Responder.Invoking(peer => peer.ReadFinishAsync())
            .Should().ThrowAsync<ReferencePeerException>().WithMessage("The tag is wrong *");
    }

    [TestCase("""{"node_id":"a","instance":"00112233445566778899aabbccddeeff"}""")]
    [TestCase("""{"node_id":"","instance":"00112233445566778899aabbccddeeff","listen_port":1}""")]
    [TestCase("""{"node_id":"a","instance":"0011","listen_port":1}""")]
    [TestCase("""{"node_id":"a","instance":"00112233445566778899aabbccddeeff","listen_port":65536}""")]
    [TestCase("""{"node_id":"a","node_id":"b","instance":"00112233445566778899aabbccddeeff","listen_port":1}""")]
    [TestCase("""{"node_id":"a\n","instance":"00112233445566778899aabbccddeeff","listen_port":1}""")]
    [TestCase("""{"x":[[[[1]]]],"node_id":"a","instance":"00112233445566778899aabbccddeeff","listen_port":1}""")]
    [TestCase("[]")]
    [TestCase("")]
    [CancelAfter(30_000)]
    public async Task ReadFinish_WrongIntroduction_IsRefused(string introduction)
    {
        using var pair = await ConnectAsync(Honest, new());
        await pair.Initiator.SendHelloAsync();
        await pair.Responder.ReadHelloAsync();
        await pair.Responder.SendAckAsync();
        await pair.Initiator.ReadAckAsync();
        await pair.Initiator.SendFinishAsync(introduction);

        await pair.Responder.Invoking(peer => peer.ReadFinishAsync())
            .Should().ThrowAsync<ReferencePeerException>().WithMessage("*introduction*");
    }

    [Test]
    public void Parse_IntroductionOverTheCap_IsRefused()
    {
        var correct = ReferencePeerIntroduction.Create("a");
        var atTheCap = Encoding.ASCII.GetBytes(correct.PadRight(ReferencePeerIntroduction.MaxSize));

        ReferencePeerIntroduction.Parse(atTheCap).NodeId.Should().Be("a");
        FluentActions.Invoking(() => ReferencePeerIntroduction.Parse([.. atTheCap, (byte)' ']))
            .Should().Throw<ReferencePeerException>().WithMessage("The introduction has 3073 bytes.");
    }

    [TestCase("C881808004", TestName = "TryDecode_LengthOverTheCap_IsRefused")]
    [TestCase("C88000", TestName = "TryDecode_LengthNotShortest_IsRefused")]
    [TestCase("C880808080", TestName = "TryDecode_LengthOfFiveBytes_IsRefused")]
    public void TryDecode_WrongLength_IsRefused(string stream)
    {
        var decode = () => ReferencePeerFrame.TryDecode(Convert.FromHexString(stream), out _);

        decode.Should().Throw<ReferencePeerException>();
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task WaitForClose_Abort_IsSeenAsReset()
    {
        using var pair = await ConnectAsync(Honest, new());
        pair.Initiator.Abort();

        (await pair.Responder.WaitForCloseAsync()).Should().Be(0);
        pair.Responder.WasReset.Should().BeTrue();
    }

    private static Task<ReferencePeerPair> ConnectAsync(ReferencePeerOptions initiator, ReferencePeerOptions responder) =>
        ReferencePeerPair.ConnectAsync(initiator, responder, TestContext.CurrentContext.CancellationToken);
}
