namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>One stream as this side of it knows it. The talk's lock guards it.</summary>
internal sealed class ReferencePeerStream(uint number, string protocol, int theirWindow, int ownWindow)
{
    public uint Number => number;

    public string Protocol => protocol;

    public ReferencePeerCredit SendCredit { get; } = new($"stream {number} out", theirWindow);

    public ReferencePeerCredit ReceiveCredit { get; } = new($"stream {number} in", ownWindow);

    /// <summary>What has come and was not read.</summary>
    public Queue<byte[]> Data { get; } = [];

    public bool SentEnd { get; set; }

    public bool ReceivedEnd { get; set; }

    public bool SentStop { get; set; }

    public uint? StopCode { get; set; }

    public uint? AbortCode { get; set; }

    public bool SentAbort { get; set; }

    public bool IsClosed => SentAbort || AbortCode is not null || (SentEnd && ReceivedEnd);

    /// <summary>What a frame that comes does to it, unless it is closed.</summary>
    public void Take(byte kind, ReferencePeerBody body)
    {
        switch (kind)
        {
            case ReferencePeerFrame.StreamData:
                var data = body.Rest(min: 1);
                RefuseAfterEnd();
                ReceiveCredit.Spend(data.Length);
                if (!SentStop)
                {
                    Data.Enqueue(data);
                }

                break;
            case ReferencePeerFrame.StreamEnd:
                RefuseAfterEnd();
                ReceivedEnd = true;
                break;
            case ReferencePeerFrame.StreamAbort:
                AbortCode = body.Varint();
                Data.Clear();
                break;
            case ReferencePeerFrame.StreamStop:
                StopCode = body.Varint();
                break;
            case ReferencePeerFrame.StreamCredit:
                SendCredit.Give(body.Varint());
                break;
        }
    }

    private void RefuseAfterEnd()
    {
        if (ReceivedEnd)
        {
            throw new ReferencePeerException($"Stream {number} goes on after its end.");
        }
    }
}
