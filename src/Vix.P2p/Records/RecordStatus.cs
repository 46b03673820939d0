namespace Vix.P2p.Records;

/// <summary>What became of a record. Everything but <see cref="Ok"/> and <see cref="NeedMore"/> ends the connection.</summary>
internal enum RecordStatus
{
    Ok,
    NeedMore,

    /// <summary>A length outside 17..65535.</summary>
    BadLength,

    /// <summary>The tag does not match: altered, out of order, or of another key.</summary>
    NotAuthentic,

    /// <summary>The direction has used up its nonces.</summary>
    CounterExhausted,
}
