using System.Buffers.Binary;

namespace Vix.P2p.Handshake;

/// <summary>
/// A number modulo the prime of P-256, in Montgomery form (times 2^256), so that a product needs no division. Its
/// time depends on the value: it is for public keys only.
/// </summary>
internal readonly struct P256FieldElement : IEquatable<P256FieldElement>
{
    public const int ByteLength = 32;

    private const int Limbs = 4;

    // Least significant limb first.
    private readonly ulong _0;
    private readonly ulong _1;
    private readonly ulong _2;
    private readonly ulong _3;

    private P256FieldElement(ulong l0, ulong l1, ulong l2, ulong l3) => (_0, _1, _2, _3) = (l0, l1, l2, l3);

    /// <summary>The constant b of the curve's equation.</summary>
    public static P256FieldElement CurveB => new(0xd89cdf6229c4bddf, 0xacf005cd78843090, 0xe5a220abf7212ed6, 0xdc30061d04874834);

    public static P256FieldElement Three => new(0x0000000000000003, 0xfffffffd00000000, 0xffffffffffffffff, 0x00000002fffffffc);

    // 2^512 modulo the prime: a product with it takes a number into Montgomery form.
    private static P256FieldElement RSquared => new(0x0000000000000003, 0xfffffffbffffffff, 0xfffffffffffffffe, 0x00000004fffffffd);

    // 2^256 − 2^224 + 2^192 + 2^96 − 1; not a member of the field, and so never the result of anything here.
    private static P256FieldElement Prime => new(0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000, 0xffffffff00000001);

    /// <summary>Reads 32 big-endian bytes; false for the prime and what is larger.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out P256FieldElement value)
    {
        P256FieldElement plain = new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes));
        Subtract(plain, Prime, out bool less);
        value = less ? plain * RSquared : default;
        return less;
    }

    public static P256FieldElement operator +(in P256FieldElement left, in P256FieldElement right)
    {
        P256FieldElement sum = Add(left, right, out ulong carry);
        return Reduce(sum, carry);
    }

    public static P256FieldElement operator -(in P256FieldElement left, in P256FieldElement right)
    {
        P256FieldElement difference = Subtract(left, right, out bool borrowed);
        return borrowed ? Add(difference, Prime, out _) : difference;
    }

    /// <summary>Montgomery's product: left · right / 2^256 (coarsely integrated operand scanning).</summary>
    public static P256FieldElement operator *(in P256FieldElement left, in P256FieldElement right)
    {
        P256FieldElement prime = Prime;
        ReadOnlySpan<ulong> p = [prime._0, prime._1, prime._2, prime._3];
        ReadOnlySpan<ulong> a = [left._0, left._1, left._2, left._3];
        ReadOnlySpan<ulong> b = [right._0, right._1, right._2, right._3];
        Span<ulong> t = stackalloc ulong[Limbs + 2];
        t.Clear();
        for (int i = 0; i < Limbs; i++)
        {
            ulong carry = 0;
            for (int j = 0; j < Limbs; j++)
                t[j] = MultiplyAdd(a[j], b[i], t[j], ref carry);
            t[Limbs] += carry;
            t[Limbs + 1] = t[Limbs] < carry ? 1ul : 0;

            // −1/p modulo 2^64 is 1 for this prime, so the multiple of p that clears the lowest limb is that limb.
            ulong m = t[0];
            carry = 0;
            MultiplyAdd(m, p[0], t[0], ref carry);
            for (int j = 1; j < Limbs; j++)
                t[j - 1] = MultiplyAdd(m, p[j], t[j], ref carry);
            t[Limbs - 1] = t[Limbs] + carry;
            t[Limbs] = t[Limbs + 1] + (t[Limbs - 1] < carry ? 1ul : 0);
        }

        return Reduce(new P256FieldElement(t[0], t[1], t[2], t[3]), t[Limbs]);
    }

    public bool Equals(P256FieldElement other) => _0 == other._0 && _1 == other._1 && _2 == other._2 && _3 == other._3;

    public override bool Equals(object? obj) => obj is P256FieldElement other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_0, _1, _2, _3);

    // left · right + addend + carry fits into two limbs: the low one is returned, the high one is the next carry.
    private static ulong MultiplyAdd(ulong left, ulong right, ulong addend, ref ulong carry)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        low += addend;
        high += low < addend ? 1ul : 0;
        low += carry;
        high += low < carry ? 1ul : 0;
        carry = high;
        return low;
    }

    private static P256FieldElement Reduce(in P256FieldElement value, ulong carry)
    {
        P256FieldElement reduced = Subtract(value, Prime, out bool less);
        return carry == 0 && less ? value : reduced;
    }

    private static P256FieldElement Add(in P256FieldElement left, in P256FieldElement right, out ulong carry)
    {
        UInt128 sum = (UInt128)left._0 + right._0;
        ulong l0 = (ulong)sum;
        sum = (sum >> 64) + left._1 + right._1;
        ulong l1 = (ulong)sum;
        sum = (sum >> 64) + left._2 + right._2;
        ulong l2 = (ulong)sum;
        sum = (sum >> 64) + left._3 + right._3;
        carry = (ulong)(sum >> 64);
        return new P256FieldElement(l0, l1, l2, (ulong)sum);
    }

    private static P256FieldElement Subtract(in P256FieldElement left, in P256FieldElement right, out bool borrowed)
    {
        UInt128 difference = (UInt128)left._0 - right._0;
        ulong l0 = (ulong)difference;
        difference = (UInt128)left._1 - right._1 - (ulong)(difference >> 127);
        ulong l1 = (ulong)difference;
        difference = (UInt128)left._2 - right._2 - (ulong)(difference >> 127);
        ulong l2 = (ulong)difference;
        difference = (UInt128)left._3 - right._3 - (ulong)(difference >> 127);
        borrowed = difference >> 127 != 0;
        return new P256FieldElement(l0, l1, l2, (ulong)difference);
    }
}
