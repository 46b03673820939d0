namespace Vix.P2p.Http.Description;

/// <summary>What a query parameter's text is read as.</summary>
internal enum QueryKind
{
    Text,
    Integer,
    Boolean,

    /// <summary>Some of the values, separated by commas.</summary>
    Words,
}
