namespace Vix.P2p.Client.Responses;

/// <summary>Makes what a server sent fit for a log and a terminal.</summary>
internal static class PlainText
{
    private const int MostLetters = 1024;

    public static string Of(string text)
    {
        string cut = text.Length > MostLetters ? string.Concat(text.AsSpan(0, MostLetters), "...") : text;
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? '?' : source[i];
        });
    }
}
