using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Vix.P2p.Records;

namespace Vix.P2p.Messages;

/// <summary>The text of a Failure: what a peer says is for people to read, and nothing to trust.</summary>
internal static class RemoteError
{
    /// <summary>The error a peer has answered with.</summary>
    public static P2pRemoteException Read(int code, ReadOnlySpan<byte> text) => new(P2pErrorCode.Known(code), Clean(text));

    /// <summary>A text as UTF-8, cut between two characters where it is too long.</summary>
    public static byte[] Encode(string text)
    {
        Span<byte> utf8 = stackalloc byte[P2pRemoteException.MaxTextBytes];
        Utf8.FromUtf16(text, utf8, out _, out int written);
        return utf8[..written].ToArray();
    }

    // Control characters could drive a terminal, and those of format turn the line around that it is shown in.
    private static string Clean(ReadOnlySpan<byte> text)
    {
        var clean = new StringBuilder(text.Length);
        int length = 0;
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(text, out Rune rune, out int size) != System.Buffers.OperationStatus.Done || !IsPrintable(rune))
                rune = Rune.ReplacementChar;
            text = text[size..];
            // What stands for a broken byte is longer than it was.
            length += rune.Utf8SequenceLength;
            if (length > FrameCodec.MaxFailureText)
                break;
            clean.Append(rune);
        }

        return clean.ToString();
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
