using System.Buffers.Binary;
using System.Security.Cryptography;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Records;

internal sealed class RecordTests
{
    private static readonly byte[] Key = SHA256.HashData("a key"u8);

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(1_000)]
    [TestCase(RecordSealer.MaxPlaintext)]
    public void TrySeal_AnySize_OpensToTheSame(int size)
    {
        byte[] plaintext = Bytes(size);
        byte[] record = Seal(plaintext, 0);

        BinaryPrimitives.ReadUInt16BigEndian(record).Should().Be((ushort)(size + 16));
        using RecordOpener opener = new(Key);
        opener.TryOpen(record.AsSpan(2), out int length).Should().Be(RecordStatus.Ok);
        record.AsSpan(2, length).ToArray().Should().Equal(plaintext);
    }

    [Test]
    public void TrySeal_InPlace_GivesTheSameBytes()
    {
        byte[] plaintext = Bytes(5_000);
        byte[] record = new byte[plaintext.Length + 18];
        plaintext.CopyTo(record, 2);
        using RecordSealer sealer = new(Key);

        sealer.TrySeal(record.AsSpan(2, plaintext.Length), record, out int written).Should().BeTrue();

        written.Should().Be(record.Length);
        record.Should().Equal(Seal(plaintext, 0));
    }

    [Test]
    public void TrySeal_ByTheLetterOfNoise_MatchesAnIndependentCipher()
    {
        byte[] plaintext = Bytes(100);

        // The same number of ciphertexts as the protocol describes them, made by hand.
        Seal(plaintext, 7).Should().Equal(Independent(Key, 7, plaintext));
        Seal(plaintext, ulong.MaxValue - 2).Should().Equal(Independent(Key, ulong.MaxValue - 2, plaintext));
    }

    [Test]
    public void Rest_BetweenRecordsAndAtTheRekeyEdge_ChangesNoByte()
    {
        byte[] plaintext = Bytes(64);
        using RecordSealer steady = new(Key, 65_534);
        using RecordSealer resting = new(Key, 65_534);
        using RecordOpener opener = new(Key, 65_534);
        for (int i = 0; i < 4; i++)
        {
            byte[] record = Seal(resting, plaintext);
            record.Should().Equal(Seal(steady, plaintext));
            opener.TryOpen(record.AsSpan(2), out _).Should().Be(RecordStatus.Ok);
            resting.Rest();
            opener.Rest();
        }
    }

    [Test]
    public void TrySeal_AfterDispose_Throws()
    {
        RecordSealer sealer = new(Key);
        sealer.Dispose();

        Action seal = () => Seal(sealer, Bytes(1));

        seal.Should().Throw<ObjectDisposedException>("a zeroed key must seal nothing");
    }

    [Test]
    public void Dispose_OfWhatWasInUse_EndsIt()
    {
        RecordSealer sealer = new(Key);
        RecordOpener opener = new(Key);
        byte[] record = Seal(sealer, Bytes(1));
        opener.TryOpen(record.AsSpan(2), out _).Should().Be(RecordStatus.Ok);

        sealer.Dispose();
        opener.Dispose();

        sealer.Invoking(s => Seal(s, Bytes(1))).Should().Throw<ObjectDisposedException>("the cipher of the last record must not go on");
        opener.Invoking(o => o.TryOpen(record.AsSpan(2), out _)).Should().Throw<ObjectDisposedException>();
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void New_KeyOfAnotherLength_Throws(int length)
    {
        FluentActions.Invoking(() => new RecordSealer(new byte[length]).Dispose()).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RecordOpener(new byte[length]).Dispose()).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Test]
    public void TrySeal_OverTheRekeyEdge_GoesOnWithTheNextKeyAndTheSameCounter()
    {
        byte[] plaintext = Bytes(64);
        using RecordSealer sealer = new(Key, 65_535);
        byte[] last = Seal(sealer, plaintext);
        byte[] first = Seal(sealer, plaintext);

        last.Should().Equal(Independent(Key, 65_535, plaintext));
        first.Should().Equal(Independent(Rekey(Key), 65_536, plaintext));
    }

    [Test]
    public void TryOpen_OverTwoRekeys_FollowsTheSealer()
    {
        using RecordSealer sealer = new(Key);
        using RecordOpener opener = new(Key);
        byte[] record = new byte[8 + 18];
        byte[] plaintext = new byte[8];
        for (ulong i = 0; i < (2 * 65_536) + 2; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(plaintext, i);
            if (!sealer.TrySeal(plaintext, record, out _)
                || opener.TryOpen(record.AsSpan(2), out _) != RecordStatus.Ok
                || BinaryPrimitives.ReadUInt64BigEndian(record.AsSpan(2)) != i)
                Assert.Fail($"Record {i} did not come through.");
        }

        Seal(sealer, plaintext).Should().Equal(Independent(Rekey(Rekey(Key)), (2 * 65_536) + 2, plaintext));
    }

    [Test]
    public void TrySeal_CounterAtItsEnd_IsRefusedOnBothSides()
    {
        const ulong last = ulong.MaxValue - 2; // 2^64 - 3
        byte[] plaintext = Bytes(10);
        using RecordSealer sealer = new(Key, last);
        using RecordOpener opener = new(Key, last);
        byte[] record = new byte[28];

        sealer.TrySeal(plaintext, record, out _).Should().BeTrue();
        opener.TryOpen(record.AsSpan(2), out _).Should().Be(RecordStatus.Ok);

        byte[] untouched = new byte[28];
        sealer.TrySeal(plaintext, untouched, out int written).Should().BeFalse();
        written.Should().Be(0);
        untouched.Should().OnlyContain(b => b == 0);
        opener.TryOpen(record.AsSpan(2), out _).Should().Be(RecordStatus.CounterExhausted);
    }

    [Test]
    public void TryOpen_EachBitFlipped_IsNotAuthenticAndDoesNotMoveTheCounter()
    {
        byte[] record = Seal(Bytes(33), 0)[2..];
        using RecordOpener opener = new(Key);
        for (int bit = 0; bit < record.Length * 8; bit++)
        {
            byte[] tampered = [.. record];
            tampered[bit / 8] ^= (byte)(1 << (bit % 8));
            opener.TryOpen(tampered, out int length).Should().Be(RecordStatus.NotAuthentic, "bit {0} was flipped", bit);
            length.Should().Be(0);
        }

        opener.TryOpen(record, out _).Should().Be(RecordStatus.Ok);
    }

    [Test]
    public void TryOpen_ReplayedOrOutOfOrder_IsNotAuthentic()
    {
        using RecordSealer sealer = new(Key);
        byte[] first = Seal(sealer, Bytes(5))[2..];
        byte[] second = Seal(sealer, Bytes(5))[2..];
        using RecordOpener opener = new(Key);

        opener.TryOpen([.. second], out _).Should().Be(RecordStatus.NotAuthentic);
        opener.TryOpen([.. first], out _).Should().Be(RecordStatus.Ok);
        opener.TryOpen([.. first], out _).Should().Be(RecordStatus.NotAuthentic);
        opener.TryOpen([.. second], out _).Should().Be(RecordStatus.Ok);
    }

    [TestCase(0)]
    [TestCase(16)]
    [TestCase(65_536)]
    public void TryOpen_LengthNoRecordHas_IsBadLength(int length)
    {
        using RecordOpener opener = new(Key);

        opener.TryOpen(new byte[length], out _).Should().Be(RecordStatus.BadLength);
    }

    [TestCase(0)]
    [TestCase(RecordSealer.MaxPlaintext + 1)]
    public void TrySeal_PlaintextNoRecordHolds_Throws(int size)
    {
        using RecordSealer sealer = new(Key);

        sealer.Invoking(s => s.TrySeal(new byte[size], new byte[70_000], out _)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Test]
    public void TrySeal_RoomOneByteShort_Throws()
    {
        using RecordSealer sealer = new(Key);

        sealer.Invoking(s => s.TrySeal(new byte[10], new byte[27], out _)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Test]
    public void SealAndOpen_InSteadyState_AllocateNothing()
    {
        using RecordSealer sealer = new(Key);
        using RecordOpener opener = new(Key);
        byte[] record = new byte[1_000 + 18];
        Run(100);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                sealer.TrySeal(record.AsSpan(2, 1_000), record, out _);
                opener.TryOpen(record.AsSpan(2), out _);
            }
        }
    }

    private static byte[] Seal(byte[] plaintext, ulong counter)
    {
        using RecordSealer sealer = new(Key, counter);
        return Seal(sealer, plaintext);
    }

    private static byte[] Seal(RecordSealer sealer, byte[] plaintext)
    {
        byte[] record = new byte[plaintext.Length + 18];
        sealer.TrySeal(plaintext, record, out int written).Should().BeTrue();
        written.Should().Be(record.Length);
        return record;
    }

    private static byte[] Independent(byte[] key, ulong counter, byte[] plaintext)
    {
        byte[] record = new byte[plaintext.Length + 18];
        BinaryPrimitives.WriteUInt16BigEndian(record, (ushort)(plaintext.Length + 16));
        byte[] nonce = new byte[12];
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), counter);
        using AesGcm aes = new(key, 16);
        aes.Encrypt(nonce, plaintext, record.AsSpan(2, plaintext.Length), record.AsSpan(2 + plaintext.Length));
        return record;
    }

    private static byte[] Rekey(byte[] key) => Independent(key, ulong.MaxValue, new byte[32])[2..34];

    private static byte[] Bytes(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
