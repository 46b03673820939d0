using System.Globalization;
using System.Numerics;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>The point check of section 1, in big integers: slow, and plainly the formula of the page.</summary>
internal static class ReferencePeerPoint
{
    public const int Size = 65;

    private static readonly BigInteger Prime = Hex("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
    private static readonly BigInteger B = Hex("5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B");

    public static bool IsValid(ReadOnlySpan<byte> point)
    {
        if (point.Length != Size || point[0] != 4)
        {
            return false;
        }

        var x = new BigInteger(point[1..33], isUnsigned: true, isBigEndian: true);
        var y = new BigInteger(point[33..], isUnsigned: true, isBigEndian: true);
        if (x >= Prime || y >= Prime)
        {
            return false;
        }

        var right = ((x * x * x) - (3 * x) + B) % Prime;
        return (y * y % Prime) == (right.Sign < 0 ? right + Prime : right);
    }

    private static BigInteger Hex(string digits) =>
        BigInteger.Parse("0" + digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
