namespace Vix.P2p.Http.Tests.Support;

/// <summary>Makes something that is almost right out of what is.</summary>
internal static class Mutations
{
    public static byte[] Of(byte[] seed, byte[] other, Random random)
    {
        List<byte> bytes = [.. seed];
        for (int n = random.Next(1, 4); n > 0 && bytes.Count > 0; n--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveAt(at); break;
                case 3: bytes.Insert(at, "{}[]\":,\\0e-\0 \u007f"u8[random.Next(14)]); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.InsertRange(at, other.AsSpan(random.Next(other.Length)).ToArray()); break;
            }
        }

        return [.. bytes];
    }
}
