namespace Vix.P2p.Fuzz.Running;

/// <summary>One way to change an input.</summary>
internal enum Mutation
{
    /// <summary>One bit is another.</summary>
    Flip,

    /// <summary>A byte is one of those where ranges end.</summary>
    Edge,

    /// <summary>A byte is any other.</summary>
    Byte,

    /// <summary>The end is missing.</summary>
    Truncate,

    /// <summary>A part in the middle is missing.</summary>
    Remove,

    /// <summary>A part is there twice.</summary>
    Repeat,

    /// <summary>A part of another input is put in.</summary>
    Splice,

    /// <summary>The front of this input and the end of another.</summary>
    Cross,

    /// <summary>A word of the target's is put in.</summary>
    Insert,

    /// <summary>A word of the target's in place of what was there.</summary>
    Overwrite,

    /// <summary>A length that lies: right for what follows, a little beside it, or far from it.</summary>
    Length,

    /// <summary>Any bytes are put in.</summary>
    Noise,
}
