using System.Text;

namespace Vix.P2p.Cli.Tests.Support;

/// <summary>A writer that a test reads while a command writes.</summary>
internal sealed class SharedWriter : TextWriter
{
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Everything so far, with line ends as in the tree.</summary>
    public string Text
    {
        get
        {
            lock (_text)
                return _text.ToString().ReplaceLineEndings("\n");
        }
    }

    public override void Write(char value)
    {
        lock (_text)
            _text.Append(value);
    }

    public override void Write(string? value)
    {
        lock (_text)
            _text.Append(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        lock (_text)
            _text.Append(buffer, index, count);
    }
}
