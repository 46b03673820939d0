using Microsoft.Data.Sqlite;
using Vix.P2p;

namespace OfflineSync;

/// <summary>
/// The outbox, the inbox and the cursors: for each sender the id of its last message that was applied. For one thread at a
/// time; others may have the same file open.
/// </summary>
internal sealed class Database : IDisposable
{
    private const long MaxPages = 16_384; // of 4 KiB: peers decide how much comes, and this side how much it keeps

    private readonly SqliteConnection _connection;

    public Database(string folder)
    {
        string path = Path.Combine(Directory.CreateDirectory(folder).FullName, "sync.db");
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        // FULL with a write-ahead log: a commit is on the disk when it returns; with a rollback journal a power cut could
        // take the last one back. AUTOINCREMENT: no id is given twice, as the receiver would drop what bears an old one.
        Execute("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS inbox (peer TEXT NOT NULL, id INTEGER NOT NULL, text TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS cursors (peer TEXT PRIMARY KEY, id INTEGER NOT NULL);
            """);
    }

    /// <summary>Writes a message; it will be delivered once this has returned true.</summary>
    public bool TryAdd(string text)
    {
        if (Entry.IsAllowed(text))
            Execute("INSERT INTO outbox (text) VALUES ($1)", text);
        return Entry.IsAllowed(text);
    }

    /// <summary>The oldest message; it stays in the outbox until it is removed.</summary>
    public Entry? First() => Query("SELECT id, text FROM outbox ORDER BY id LIMIT 1", row => new Entry(row.GetInt64(0), row.GetString(1))).FirstOrDefault();

    public void Remove(Entry entry) => Execute("DELETE FROM outbox WHERE id = $1", entry.Id);

    /// <summary>Applies a message, if it was not applied before: its sender sends again when an answer is lost.</summary>
    public void Apply(string peer, Entry entry)
    {
        if (!Entry.IsAllowed(entry.Text))
            throw new P2pRemoteException(P2pErrorCode.FirstApplicationCode, "not allowed");
        using SqliteTransaction transaction = _connection.BeginTransaction();
        if (entry.Id <= Query("SELECT id FROM cursors WHERE peer = $1", row => row.GetInt64(0), peer).FirstOrDefault())
            return;
        if (Query("PRAGMA page_count", row => row.GetInt64(0))[0] >= MaxPages)
            throw new P2pRemoteException(P2pErrorCode.FirstApplicationCode + 1, "the inbox is full");
        // What the message does and the cursor, both or neither: this is what makes it once.
        Execute("INSERT INTO inbox VALUES ($1, $2, $3)", peer, entry.Id, entry.Text);
        Execute("INSERT INTO cursors VALUES ($1, $2) ON CONFLICT (peer) DO UPDATE SET id = $2", peer, entry.Id);
        transaction.Commit();
        Console.WriteLine($"received {entry.Id}: {entry.Text}");
    }

    /// <summary>What has come, in order.</summary>
    public List<string> Received() => Query("SELECT text FROM inbox ORDER BY rowid", row => row.GetString(0));

    public void Dispose() => _connection.Dispose();

    private void Execute(string sql, params object[] values) => Query(sql, _ => true, values);

    private List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params object[] values)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddRange(values.Select((value, i) => new SqliteParameter($"${i + 1}", value)));
        using SqliteDataReader reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }
}
