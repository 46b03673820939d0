using System.Numerics;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

/// <summary>
/// The field at the edges of its limbs. An element holds its number times 2^256, so numbers that look like an edge are
/// none inside; these are made from what stands inside.
/// </summary>
internal sealed class P256FieldElementTests
{
    private static readonly BigInteger Prime =
        BigInteger.Pow(2, 256) - BigInteger.Pow(2, 224) + BigInteger.Pow(2, 192) + BigInteger.Pow(2, 96) - 1;

    private static readonly BigInteger InverseOfR = BigInteger.ModPow(BigInteger.Pow(2, 256), Prime - 2, Prime);

    [Test]
    public void Operators_OfLimbsAtTheirEdges_ComputeModuloThePrime()
    {
        (BigInteger Number, P256FieldElement Element)[] edges = [.. Edges()];
        edges.Length.Should().BeGreaterThan(100);

        foreach ((BigInteger a, P256FieldElement x) in edges)
        {
            foreach ((BigInteger b, P256FieldElement y) in edges)
            {
                if (!(x + y).Equals(Element(a + b)) || !(x - y).Equals(Element(a - b)) || !(x * y).Equals(Element(a * b)))
                    Assert.Fail($"{a:x} and {b:x}");
            }
        }
    }

    [Test]
    public void Equals_OfElementsThatDifferInOneLimb_IsFalse()
    {
        P256FieldElement zero = Element(0);
        for (int limb = 0; limb < 4; limb++)
        {
            P256FieldElement other = Inside(BigInteger.One << (64 * limb)).Element;
            other.Equals(zero).Should().BeFalse("limb {0} is 1", limb);
            other.Equals((object)zero).Should().BeFalse();
            other.Equals((object)Inside(BigInteger.One << (64 * limb)).Element).Should().BeTrue();
            other.GetHashCode().Should().Be(Inside(BigInteger.One << (64 * limb)).Element.GetHashCode()).And.NotBe(zero.GetHashCode());
        }

        zero.Equals("zero").Should().BeFalse();
    }

    [Test]
    public void TryRead_AroundThePrime_TakesWhatIsBelowIt()
    {
        for (int offset = -3; offset <= 3; offset++)
            P256FieldElement.TryRead(Bytes(Prime + offset), out _).Should().Be(offset < 0);
        for (int limb = 0; limb < 4; limb++)
        {
            // One limb below the prime's and all others at their largest, and the other way round.
            BigInteger unit = BigInteger.One << (64 * limb);
            P256FieldElement.TryRead(Bytes(Prime - unit), out _).Should().BeTrue();
            if (Prime + unit < BigInteger.Pow(2, 256))
                P256FieldElement.TryRead(Bytes(Prime + unit), out _).Should().BeFalse();
        }

        P256FieldElement.TryRead(Bytes(BigInteger.Pow(2, 256) - 1), out _).Should().BeFalse();
    }

    private static IEnumerable<(BigInteger Number, P256FieldElement Element)> Edges()
    {
        ulong[] limbs = [0, 1, ulong.MaxValue - 1, ulong.MaxValue];
        foreach (ulong l3 in limbs)
        {
            foreach (ulong l2 in limbs)
            {
                foreach (ulong l1 in limbs)
                {
                    foreach (ulong l0 in limbs)
                    {
                        BigInteger inside = ((((((BigInteger)l3 << 64) + l2) << 64) + l1) << 64) + l0;
                        if (inside < Prime)
                            yield return Inside(inside);
                    }
                }
            }
        }

        for (int below = 1; below <= 3; below++)
            yield return Inside(Prime - below);
    }

    private static (BigInteger Number, P256FieldElement Element) Inside(BigInteger limbs)
    {
        BigInteger number = limbs * InverseOfR % Prime;
        return (number, Element(number));
    }

    private static P256FieldElement Element(BigInteger number)
    {
        P256FieldElement.TryRead(Bytes(((number % Prime) + Prime) % Prime), out P256FieldElement element).Should().BeTrue();
        return element;
    }

    private static byte[] Bytes(BigInteger number)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
