using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Fuzz.Running;

namespace Vix.P2p.Tests.Fuzzing;

public sealed class CorpusTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("vix-corpus").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Save_Inputs_AreLoadedAgainOnceEach()
    {
        Corpus.Save(_folder, "frames", [[1, 2], [3], [1, 2]]);

        Corpus.Load(_folder, "frames").Should().BeEquivalentTo([(byte[])[1, 2], [3]], options => options.WithStrictOrdering());
        Corpus.Load(_folder, "records").Should().BeEmpty();
    }

    [Test]
    public void AddFind_Twice_IsThereOnceWithWhatItBreaks()
    {
        Corpus.AddFind(_folder, "frames", [1, 2], "Broken: more than\none line");
        Corpus.AddFind(_folder, "frames", [1, 2], "Broken: otherwise");
        Corpus.AddFind(_folder, "frames", [7], "Broken: otherwise");

        Corpus.Load(_folder, "frames").Should().BeEquivalentTo([(byte[])[1, 2], [7]], options => options.WithStrictOrdering());
        File.ReadAllLines(Path.Combine(_folder, "frames.txt")).Should().StartWith("# Broken: more than one line");
    }

    [Test]
    public void Minimise_InputsOfTheSameStates_LeaveTheShortestOfEach()
    {
        IReadOnlyList<byte[]> kept = Minimiser.Minimise(new LetterTarget("BOOM"), ["BOxx"u8.ToArray(), "xxxx"u8.ToArray(), "Bxxxxx"u8.ToArray(), "BOOx"u8.ToArray(), "BOOM"u8.ToArray()]);

        kept.Should().BeEquivalentTo(["BO"u8.ToArray(), "BOO"u8.ToArray()], options => options.WithStrictOrdering(), "what breaks belongs to the finds");
    }
}
