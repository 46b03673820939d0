namespace Vix.P2p.Handshake;

/// <summary>A remote public key in the form that its <see cref="INoiseDh"/> computes with.</summary>
internal interface INoisePublicKey : IDisposable;
