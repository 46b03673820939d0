namespace Chat;

/// <summary>The last lines, and no more than that: peers decide how many come.</summary>
internal sealed class ChatHistory
{
    private const int MaxLines = 200;

    private readonly Lock _gate = new();
    private readonly Queue<ChatLine> _lines = new();

    public IReadOnlyList<ChatLine> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    // Handlers of several peers run at the same time.
    public void Add(ChatLine line)
    {
        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MaxLines)
                _lines.Dequeue();
        }
    }
}
