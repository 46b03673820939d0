using System.Numerics;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

internal sealed class P256PointTests
{
    private static readonly BigInteger Prime =
        BigInteger.Pow(2, 256) - BigInteger.Pow(2, 224) + BigInteger.Pow(2, 192) + BigInteger.Pow(2, 96) - 1;

    private static readonly BigInteger B =
        BigInteger.Parse("05ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", System.Globalization.NumberStyles.HexNumber);

    private static readonly Arbitrary<byte[]> Numbers =
        Gen.OneOf(
            Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(32),
            // Sparse ones and those near the prime, where carries and borrows happen.
            Gen.Elements<byte>(0, 0, 0, 1, 127, 128, 254, 255, 255, 255).ArrayOf(32),
            Gen.Choose(-3, 3).Select(offset => Bytes(Prime + offset)),
            Gen.Choose(0, 3).Select(offset => Bytes(offset))).ToArbitrary();

    [Test]
    public void IsValid_OfKeysOfTheSystem_IsTrue()
    {
        for (int i = 0; i < 100; i++)
        {
            using INoiseKeyPair key = P256Dh.Instance.GenerateKeyPair();
            P256Point.IsValid(key.PublicKey).Should().BeTrue();
        }
    }

    [Test]
    public void IsValid_OfAPointWithAnyBitFlipped_IsFalse()
    {
        using INoiseKeyPair key = P256TestKey.Of(P256TestKey.Number("point"));
        for (int bit = 0; bit < 65 * 8; bit++)
        {
            byte[] point = key.PublicKey.ToArray();
            point[bit / 8] ^= (byte)(1 << (bit % 8));
            P256Point.IsValid(point).Should().BeFalse("bit {0} is flipped", bit);
        }
    }

    [Test]
    public void IsValid_OfANegatedPoint_IsTrue()
    {
        using INoiseKeyPair key = P256TestKey.Of(P256TestKey.Number("point"));
        byte[] x = key.PublicKey.Slice(1, 32).ToArray();

        P256Point.IsValid([4, .. x, .. Bytes(Prime - Number(key.PublicKey[33..]))]).Should().BeTrue();
    }

    [Test]
    public void IsValid_OfANumberThatIsNotReduced_IsFalse()
    {
        // x = 0 is on the curve; x = p means the same number and is refused, as is y + p where it fits.
        BigInteger y = BigInteger.ModPow(B, (Prime + 1) / 4, Prime);
        P256Point.IsValid([4, .. Bytes(0), .. Bytes(y)]).Should().BeTrue();
        P256Point.IsValid([4, .. Bytes(Prime), .. Bytes(y)]).Should().BeFalse();
        P256Point.IsValid([4, .. Bytes(0), .. Bytes(BigInteger.Pow(2, 256) - 1)]).Should().BeFalse();

        BigInteger small = 1;
        while (BigInteger.ModPow(Equation(small), (Prime - 1) / 2, Prime) != 1)
            small++;
        BigInteger root = BigInteger.ModPow(Equation(small), (Prime + 1) / 4, Prime);
        P256Point.IsValid([4, .. Bytes(small), .. Bytes(root)]).Should().BeTrue();
        P256Point.IsValid([4, .. Bytes(Prime + small), .. Bytes(root)]).Should().BeFalse();
    }

    [TestCase((byte)0)]
    [TestCase((byte)2)]
    [TestCase((byte)3)]
    [TestCase((byte)5)]
    [TestCase((byte)6)]
    [TestCase((byte)7)]
    [TestCase((byte)0x84)]
    public void IsValid_WithAnotherPrefix_IsFalse(byte prefix)
    {
        using INoiseKeyPair key = P256TestKey.Of(P256TestKey.Number("point"));
        byte[] point = key.PublicKey.ToArray();
        point[0] = prefix;

        P256Point.IsValid(point).Should().BeFalse();
        P256Point.IsValid(point.AsSpan(0, 33)).Should().BeFalse();
    }

    [Test]
    public void IsValid_OfAnotherLength_IsFalse([Values(0, 1, 33, 64, 66, 97)] int length)
    {
        using INoiseKeyPair key = P256TestKey.Of(P256TestKey.Number("point"));
        byte[] point = key.PublicKey.ToArray();
        Array.Resize(ref point, length);

        P256Point.IsValid(point).Should().BeFalse();
    }

    [Test]
    public void IsValid_OfInfinity_IsFalse()
    {
        P256Point.IsValid([0]).Should().BeFalse();
        P256Point.IsValid(new byte[65]).Should().BeFalse();
        P256Point.IsValid([4, .. new byte[64]]).Should().BeFalse();
    }

    [Test]
    public void IsValid_OfAnyNumbers_IsWhatTheEquationSays() =>
        Prop.ForAll(Numbers, Numbers, (x, y) => P256Point.IsValid([4, .. x, .. y]) == IsOnCurve(Number(x), Number(y))).QuickCheckThrowOnFailure();

    [Test]
    public void IsValid_OfTheRootOfAnyX_IsTrueWhereOneExists() =>
        Prop.ForAll(Numbers, bytes =>
        {
            BigInteger x = Number(bytes) % Prime;
            BigInteger y = BigInteger.ModPow(Equation(x), (Prime + 1) / 4, Prime);
            return P256Point.IsValid([4, .. Bytes(x), .. Bytes(y)]) == IsOnCurve(x, y);
        }).QuickCheckThrowOnFailure();

    [Test]
    public void FieldElement_OfAnyNumbers_AddsSubtractsAndMultipliesModuloThePrime() =>
        Prop.ForAll(Numbers, Numbers, (left, right) =>
        {
            BigInteger a = Number(left), b = Number(right);
            bool small = P256FieldElement.TryRead(left, out P256FieldElement x);
            if (small != (a < Prime) || !P256FieldElement.TryRead(right, out P256FieldElement y) || !small)
                return small == (a < Prime);
            return (x + y).Equals(Element(a + b)) && (x - y).Equals(Element(a - b)) && (x * y).Equals(Element(a * b));
        }).QuickCheckThrowOnFailure();

    private static bool IsOnCurve(BigInteger x, BigInteger y) =>
        x < Prime && y < Prime && BigInteger.ModPow(y, 2, Prime) == Equation(x);

    private static BigInteger Equation(BigInteger x) => (((((x * x * x) - (3 * x) + B) % Prime) + Prime) % Prime);

    private static P256FieldElement Element(BigInteger number)
    {
        P256FieldElement.TryRead(Bytes(((number % Prime) + Prime) % Prime), out P256FieldElement element).Should().BeTrue();
        return element;
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
