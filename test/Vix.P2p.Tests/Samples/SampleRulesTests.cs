using System.Globalization;
using Chat;
using CustomProtocol;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using OfflineSync;
using Replication;

namespace Vix.P2p.Tests.Samples;

/// <summary>What the samples do with what nobody honest sends: their own files are compiled into these tests.</summary>
public sealed class SampleRulesTests
{
    private static readonly string Alice = new('a', 64);
    private static readonly string Bob = new('b', 64);

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("sample-rules-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("../../etc/passwd", "passwd")]
    [TestCase(@"C:\windows\system32\cmd.exe", "cmd.exe")]
    [TestCase("..", "..")]
    [TestCase("", "")]
    [TestCase("a\0b\nc d\u202e.txt", "a_b_c_d_.txt")]
    public void FileOffer_WithAnyName_IsKeptUnderAHarmlessOne(string name, string kept)
    {
        string safe = new FileOffer(name, 1, Alice).SafeName();

        safe.Should().Be($"{Alice[..16]}-{kept}");
        Path.GetFullPath(Path.Combine("/folder", safe)).Should().Be(Path.GetFullPath($"/folder/{safe}"));
    }

    [Test]
    public async Task FileOffer_WithAnyBytes_HasAHashAndAHarmlessName()
    {
        using MemoryStream stream = new([.. Enumerable.Repeat((byte)0xFF, 8 + 32 + 256)]);

        FileOffer offer = await FileOffer.ReadAsync(stream);

        offer.Sha256.Should().Be(new string('f', 64));
        offer.SafeName().Should().Be($"{new string('f', 16)}-{new string('_', 100)}");
    }

    [TestCase("a name.txt")]
    [TestCase("")]
    public async Task FileOffer_WrittenAndRead_IsTheSame(string name)
    {
        using MemoryStream stream = new();
        await new FileOffer(name, 5, Alice).WriteAsync(stream);
        stream.Position = 0;

        (await FileOffer.ReadAsync(stream)).Should().Be(new FileOffer(name, 5, Alice));
    }

    [Test]
    public async Task FileOffer_WithANameThatHasNoRoom_IsWrittenWithItsBeginning()
    {
        using MemoryStream stream = new();
        await new FileOffer(new string('\u00e9', 200), 5, Alice).WriteAsync(stream);
        stream.Position = 0;

        (await FileOffer.ReadAsync(stream)).Name.Should().Be(new string('\u00e9', 128));
    }

    [Test]
    public void Store_InAnyOrderOfArrival_EndsUpTheSame()
    {
        Change[] changes =
        [
            new("k", "first", 1, Bob), new("k", "second", 2, Alice), new("k", "tie", 2, Bob),
            new("k", "same stamp", 2, Bob), new("k", null, 1, Alice),
        ];
        string[] ends = [.. Enumerable.Range(0, 20).Select(seed => End(changes, seed)).Distinct()];

        ends.Should().ContainSingle().Which.Should().BeOneOf("k=tie", "k=same stamp");

        static string End(Change[] changes, int seed)
        {
            Change[] order = [.. changes];
            new Random(seed).Shuffle(order);
            Store store = new();
            foreach (Change change in order)
                store.TryApply(change);
            return store.ToString();
        }
    }

    [Test]
    public void Store_WithATimeOfTheFarFuture_RefusesItAndKeepsItsClock()
    {
        Store store = new();

        store.TryApply(new Change("k", "for ever", long.MaxValue, Bob)).Should().BeFalse();
        Change mine = store.Write("k", "mine", Alice)!;

        store.ToString().Should().Be("k=mine");
        (mine.Time >> 16).Should().BeCloseTo(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 60_000);
    }

    [Test]
    public void Store_WrittenAfterAClockThatIsAhead_IsLaterThanThat()
    {
        Store store = new();
        long ahead = DateTimeOffset.UtcNow.AddSeconds(30).ToUnixTimeMilliseconds() << 16;
        store.TryApply(new Change("k", "ahead", ahead, Bob)).Should().BeTrue();

        store.Write("k", "answer", Alice)!.Time.Should().BeGreaterThan(ahead);
        store.ToString().Should().Be("k=answer");
    }

    [Test]
    public void Store_WithMoreKeysThanItTakes_RefusesNewOnesOnly()
    {
        Store store = new();
        for (int i = 0; i < 1_000; i++)
            store.TryApply(new Change(i.ToString(CultureInfo.InvariantCulture), "x", 1, Bob));

        store.Versions().Should().HaveCount(400);
        store.TryApply(new Change("0", "y", 2, Bob)).Should().BeTrue();
    }

    [Test]
    public void Inbox_WithTheSameMessageAgainAndOverARestart_AppliesItOnce()
    {
        using (Database database = new(_folder))
        {
            database.Apply(Alice, new(1, "one"));
            database.Apply(Alice, new(1, "one"));
        }

        using (Database database = new(_folder))
        {
            database.Apply(Alice, new(1, "one"));
            database.Apply(Alice, new(2, "two"));
            database.Apply(Bob, new(1, "one of bob"));

            database.Received().Should().Equal("one", "two", "one of bob");
        }
    }

    [TestCase("")]
    [TestCase("bell \u0007")]
    [TestCase(1_001)]
    public void Inbox_WithATextThatIsNotAllowed_RefusesIt(object text)
    {
        using Database database = new(_folder);
        Entry entry = new(1, text as string ?? new string('x', (int)text));

        FluentActions.Invoking(() => database.Apply(Alice, entry)).Should().Throw<P2pRemoteException>();
        database.TryAdd(entry.Text).Should().BeFalse("it would block the outbox");
        database.Received().Should().BeEmpty();
    }

    [Test]
    public void Inbox_ThatIsFull_RefusesWhatIsNewAndKnowsWhatIsNot()
    {
        using Database database = new(_folder);
        database.Apply(Alice, new(1, "one"));
        using (SqliteConnection other = new($"Data Source={Path.Combine(_folder, "sync.db")};Pooling=False"))
        {
            other.Open();
            using SqliteCommand command = other.CreateCommand();
            command.CommandText = "CREATE TABLE much AS SELECT zeroblob(64 * 1024 * 1024)";
            command.ExecuteNonQuery();
        }

        FluentActions.Invoking(() => database.Apply(Alice, new(2, "two"))).Should().Throw<P2pRemoteException>();
        FluentActions.Invoking(() => database.Apply(Alice, new(1, "one"))).Should().NotThrow();
        database.Received().Should().Equal("one");
    }

    [Test]
    public void Outbox_AfterAllWasRemovedAndARestart_GivesNoIdTwice()
    {
        using (Database database = new(_folder))
        {
            database.TryAdd("one").Should().BeTrue();
            database.TryAdd("two").Should().BeTrue();
            database.First().Should().Be(new Entry(1, "one"));
            database.Remove(new Entry(1, "one"));
            database.Remove(database.First()!);
        }

        using (Database database = new(_folder))
        {
            database.First().Should().BeNull();
            database.TryAdd("three").Should().BeTrue();
            database.First().Should().Be(new Entry(3, "three"));
        }
    }

    [TestCase("plain text", "plain text")]
    [TestCase("\u001b[31mred\u0007", "[31mred")]
    [TestCase("a\u202eb\u2028c\n", "abc")]
    public void ChatText_WithWhatMustNotBeShown_KeepsTheRest(string text, string clean) => ChatText.Clean(text).Should().Be(clean);

    [Test]
    public void ChatHistory_WithMoreLinesThanItKeeps_KeepsTheLast()
    {
        ChatHistory history = new();
        for (int i = 0; i < 500; i++)
            history.Add(new ChatLine("peer", null, i.ToString(CultureInfo.InvariantCulture)));

        history.Lines.Should().HaveCount(200).And.Subject.Last().Text.Should().Be("499");
    }
}
