using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Vix.P2p.Handshake;

/// <summary>Reads an <see cref="Introduction"/> and refuses whatever breaks a rule of its own or of JSON.</summary>
internal ref struct IntroductionReader
{
    private const int MaxDepth = 4;
    private const int MaxPort = 65535;
    private const string DuplicateMember = "The introduction has a member twice.";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    // The names seen in each object that is open, by its depth; with at most 3,072 bytes of text they are few.
    private readonly HashSet<string>?[] _names = new HashSet<string>?[MaxDepth + 1];
    private Utf8JsonReader _json;
    private string? _nodeId;
    private string? _instance;
    private int? _listenPort;
    private string? _agent;
    private List<string>? _protocols;
    private int? _maxMessage;
    private int? _streamWindow;

    private IntroductionReader(ReadOnlySpan<byte> utf8) => _json = new Utf8JsonReader(utf8, Options);

    public static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Introduction? introduction, [NotNullWhen(false)] out string? error)
    {
        introduction = null;
        if (utf8.Length > Introduction.MaxLength)
            error = $"The introduction is longer than {Introduction.MaxLength} bytes.";
        else if (!Utf8.IsValid(utf8)) // the reader looks at strings only when they are asked for
            error = "The introduction is not valid UTF-8.";
        else
            error = Read(utf8, out introduction);
        return introduction is not null;
    }

    private static string? Read(ReadOnlySpan<byte> utf8, out Introduction? introduction)
    {
        introduction = null;
        IntroductionReader reader = new(utf8);
        try
        {
            string? error = reader.ReadAll();
            if (error is null)
                introduction = reader.Result();
            return error;
        }
        // The reader reports by exceptions only: JsonException for the grammar, InvalidOperationException for an
        // escaped half of a surrogate pair.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "The introduction is not valid JSON, or deeper than 4 levels.";
        }
    }

    private string? ReadAll()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
            return "The introduction is not a JSON object.";
        Open();
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            string? error = ReadName(out string name) ? ReadMember(name) : DuplicateMember;
            if (error is not null)
                return error;
        }

        _json.Read(); // throws when anything follows
        if (_nodeId is null)
            return "The introduction has no node_id.";
        if (_instance is null)
            return "The introduction has no instance.";
        return _listenPort is null ? "The introduction has no listen_port." : null;
    }

    private readonly Introduction Result() => new()
    {
        NodeId = _nodeId!,
        Instance = _instance!,
        ListenPort = _listenPort!.Value,
        Agent = _agent is null ? null : Shared(_agent),
        Protocols = _protocols is { Count: > 0 } ? [.. _protocols] : [],
        MaxMessage = _maxMessage ?? Introduction.DefaultMaxMessage,
        StreamWindow = _streamWindow ?? Introduction.DefaultStreamWindow,
    };

    private string? ReadMember(string name)
    {
        _json.Read();
        switch (name)
        {
            case "node_id":
                return ReadString(out _nodeId) && _nodeId.Length > 0 ? null : "The introduction's node_id is not 1 to 64 printable ASCII characters.";
            case "instance":
                return ReadString(out _instance) && _instance.Length == Introduction.InstanceLength && _instance.All(char.IsAsciiHexDigit)
                    ? null
                    : "The introduction's instance is not 32 hex digits.";
            case "listen_port":
                return ReadInt(0, MaxPort, out _listenPort) ? null : "The introduction's listen_port is not an integer of 0 to 65535.";
            case "agent":
                return ReadString(out _agent) ? null : "The introduction's agent is not at most 64 printable ASCII characters.";
            case "protocols":
                return ReadProtocols() ? null : "The introduction's protocols are not at most 64 names of at most 64 printable ASCII characters.";
            case "max_message":
                return ReadInt(1, int.MaxValue, out _maxMessage) ? null : "The introduction's max_message is not an integer of 1 to 2147483647.";
            case "stream_window":
                return ReadInt(1, int.MaxValue, out _streamWindow) ? null : "The introduction's stream_window is not an integer of 1 to 2147483647.";
            default:
                return SkipUnknown() ? null : DuplicateMember;
        }
    }

    // What this program says itself, as the names of its own protocols, is not kept once for each peer that says the same.
    private static string Shared(string text) => string.IsInterned(text) ?? text;

    private readonly bool ReadString([NotNullWhen(true)] out string? text)
    {
        text = _json.TokenType == JsonTokenType.String ? _json.GetString() : null;
        return text is { Length: <= Introduction.MaxStringLength } && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
    }

    private readonly bool ReadInt(int least, int most, out int? number)
    {
        number = _json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out int value) ? value : null;
        return number >= least && number <= most;
    }

    private bool ReadProtocols()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            return false;
        _protocols = [];
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (!ReadString(out string? name) || _protocols.Count == Introduction.MaxProtocols)
                return false;
            _protocols.Add(Shared(name));
        }

        return true;
    }

    // Nothing of it is used, but what is in it must be JSON that has one meaning only.
    private bool SkipUnknown()
    {
        int depth = _json.CurrentDepth;
        if (_json.TokenType == JsonTokenType.StartObject)
            Open();
        else if (_json.TokenType != JsonTokenType.StartArray)
            return true;
        while (_json.Read() && _json.CurrentDepth > depth)
        {
            if (_json.TokenType == JsonTokenType.StartObject)
                Open();
            else if (_json.TokenType == JsonTokenType.PropertyName && !ReadName(out _))
                return false;
        }

        return true;
    }

    // At StartObject the reader still counts the depth outside of the object, at its names the depth inside.
    private readonly void Open() => (_names[_json.CurrentDepth + 1] ??= new HashSet<string>(StringComparer.Ordinal)).Clear();

    private readonly bool ReadName(out string name)
    {
        name = _json.GetString()!;
        return _names[_json.CurrentDepth]!.Add(name);
    }
}
