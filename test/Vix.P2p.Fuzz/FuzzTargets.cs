using Vix.P2p.Fuzz.Running;
using Vix.P2p.Fuzz.Targets;

namespace Vix.P2p.Fuzz;

/// <summary>Everything that takes bytes of a stranger, by name.</summary>
internal static class FuzzTargets
{
    private static readonly Dictionary<string, Func<IFuzzTarget>> All = new(StringComparer.Ordinal)
    {
        ["frames"] = () => new FramesTarget(),
        ["records"] = () => new RecordsTarget(),
        ["hello"] = () => new HelloTarget(),
        ["ack"] = () => new AckTarget(),
        ["finish"] = () => new FinishTarget(),
        ["transcript"] = () => new TranscriptTarget(),
        ["sealed"] = () => new SealedTarget(),
        ["introduction"] = () => new IntroductionTarget(),
        ["body"] = () => new BodyTarget(),
        ["query"] = () => new QueryTarget(),
        ["http"] = () => new HttpTarget(),
    };

    // They show that the fuzzer finds what is to be found.
    private static readonly Dictionary<string, Func<IFuzzTarget>> Hidden = new(StringComparer.Ordinal)
    {
        ["broken-on-purpose"] = () => new BrokenTarget(hangs: false),
        ["endless-on-purpose"] = () => new BrokenTarget(hangs: true),
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    public static bool Has(string name) => All.ContainsKey(name) || Hidden.ContainsKey(name);

    public static IFuzzTarget Create(string name) => (All.GetValueOrDefault(name) ?? Hidden[name])();
}
