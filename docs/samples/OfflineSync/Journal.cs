using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OfflineSync;

/// <summary>A file of lines. A line is there, whole and on the disk, once Append has returned.</summary>
internal sealed class Journal<T> : IDisposable
{
    private readonly string _path;
    private readonly JsonTypeInfo<T> _type;
    private FileStream _file;

    public Journal(string path, JsonTypeInfo<T> type, Action<T> replay)
    {
        (_path, _type, _file) = (path, type, Open(path));
        byte[] content = new byte[_file.Length];
        _file.ReadExactly(content);
        // What follows the last line end was being written when the process or the machine died.
        int whole = content.AsSpan().LastIndexOf((byte)'\n') + 1;
        _file.SetLength(whole);
        foreach (Range line in content.AsSpan(0, whole).Split((byte)'\n'))
        {
            if (content.AsSpan(0, whole)[line] is { IsEmpty: false } json)
                replay(JsonSerializer.Deserialize(json, type)!);
        }
    }

    public long Length => _file.Length;

    public void Append(IEnumerable<T> entries)
    {
        long end = _file.Length;
        try
        {
            _file.Write([.. entries.SelectMany(entry => (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(entry, _type), (byte)'\n'])]);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            _file.SetLength(end); // the next line must not begin in the middle of this one
            throw;
        }
    }

    /// <summary>Begins anew with one entry. A crash leaves the old file or the new one, never half of one.</summary>
    public void Restart(T entry)
    {
        using (Journal<T> fresh = new(_path + ".new", _type, _ => { }))
        {
            fresh._file.SetLength(0);
            fresh.Append([entry]);
        }

        _file.Dispose();
        File.Move(_path + ".new", _path, overwrite: true);
        _file = Open(_path);
        _file.Seek(0, SeekOrigin.End);
    }

    public void Dispose() => _file.Dispose();

    // Nobody else may have it open: two processes would give the same ids.
    private static FileStream Open(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
}
