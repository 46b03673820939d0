using Vix.P2p.Fuzz.Running;

namespace Vix.P2p.Tests.Fuzzing;

/// <summary>Breaks at a text that is found letter by letter, or by chance where it tells nothing.</summary>
internal sealed class LetterTarget(string text, bool tells = true) : IFuzzTarget
{
    public List<string> Taken { get; } = [];

    /// <summary>Runs at each input.</summary>
    public Action OnInput { get; init; } = () => { };

    public string Name => "letters";

    public int MaxLength => 32;

    public IEnumerable<byte[]> Seeds { get; init; } = ["seed"u8.ToArray()];

    public IReadOnlyList<byte[]> Words => [];

    public IReadOnlyCollection<string> Outcomes { get; init; } = ["other"];

    public void Run(ReadOnlySpan<byte> input, Coverage coverage)
    {
        Taken.Add(Convert.ToHexString(input));
        OnInput();
        int right = 0;
        while (right < input.Length && right < text.Length && input[right] == text[right])
        {
            right++;
            if (tells)
                coverage.Visit(right);
        }

        if (right == text.Length)
            throw new Broken("the text is there");
        coverage.Reach("other");
    }

    public void Dispose()
    {
    }
}
