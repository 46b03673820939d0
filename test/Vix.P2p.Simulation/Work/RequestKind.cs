namespace Vix.P2p.Simulation.Work;

/// <summary>What a handler does with a request.</summary>
internal enum RequestKind
{
    Answer,
    AnswerLater,
    AnswerLaterWhateverComes,
    Fail,
    Refuse,
    SayNothing,
}
