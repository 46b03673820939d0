using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Vix.P2p.Http.Bodies;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Queries;

/// <summary>
/// Reads a query strictly: each parameter is known, is there once and is in its range. A value that is not is kept as
/// the <see cref="Error"/>, the first one of them, so that a route reads all its parameters and then asks once. Names
/// and words are compared by case.
/// </summary>
internal sealed class QueryReader
{
    private readonly string[] _names;
    private readonly string?[] _values;

    private QueryReader(string[] names)
    {
        _names = names;
        _values = new string?[names.Length];
    }

    /// <summary>What is wrong with the first bad value that was read; null while none was.</summary>
    public ControlError? Error { get; private set; }

    /// <summary>Splits a query into its parameters; an error where one is unknown or is there twice.</summary>
    /// <param name="query">The query as it came.</param>
    /// <param name="names">The parameters that the route knows, at least one.</param>
    /// <param name="reader">Reads their values.</param>
    /// <param name="error">What is wrong; null where nothing is.</param>
    public static bool TryRead(QueryString query, string[] names, out QueryReader reader, out ControlError? error)
    {
        reader = new QueryReader(names);
        error = null;
        if (!query.HasValue)
            return true;
        foreach (QueryStringEnumerable.EncodedNameValuePair pair in new QueryStringEnumerable(query.Value))
        {
            string name = pair.DecodeName().ToString();
            int place = Array.IndexOf(names, name);
            if (place < 0)
                error = Unknown(name, names);
            else if (reader._values[place] is not null)
                error = Invalid(name, "is there twice", "once");
            else
                reader._values[place] = pair.DecodeValue().ToString();
            if (error is not null)
                return false;
        }

        return true;
    }

    /// <summary>Whether a parameter is there, whatever its value.</summary>
    public bool Has(string name) => Value(name) is not null;

    /// <summary>A text of at least one character; null where it is not there or not one.</summary>
    public string? Text(string name, int maxLength)
    {
        string? value = Value(name);
        if (value is null || (value.Length > 0 && value.Length <= maxLength))
            return value;
        Refuse(name, value.Length == 0 ? "is empty" : "is too long", string.Create(CultureInfo.InvariantCulture, $"as 1 to {maxLength} characters"));
        return null;
    }

    /// <summary>An integer in decimal digits; null where it is not there or not in its range.</summary>
    public long? Integer(string name, long min, long max)
    {
        string? value = Value(name);
        if (value is null)
            return null;
        // Digits alone: no sign, no white space, no separators, whatever the culture is.
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= min && number <= max)
            return number;
        Refuse(name, "is not an integer in its range", string.Create(CultureInfo.InvariantCulture, $"as an integer from {min} to {max}"));
        return null;
    }

    /// <summary>true or false; null where it is not there or neither.</summary>
    public bool? Boolean(string name) => Word(name, ["true", "false"]) switch
    {
        0 => true,
        1 => false,
        _ => null,
    };

    /// <summary>The place of the value in a list of words; null where it is not there or none of them.</summary>
    public int? Word(string name, ReadOnlySpan<string> words)
    {
        string? value = Value(name);
        if (value is null)
            return null;
        int place = words.IndexOf(value);
        if (place >= 0)
            return place;
        Refuse(name, "is none of its words", $"as {Listed(words, "or")}");
        return null;
    }

    /// <summary>
    /// The places of words that are separated by commas, each at most once, as bits; null where the parameter is not
    /// there or has another word.
    /// </summary>
    public int? Words(string name, ReadOnlySpan<string> words)
    {
        string? value = Value(name);
        if (value is null)
            return null;
        int found = 0;
        foreach (Range part in value.AsSpan().Split(','))
        {
            int place = PlaceOf(value.AsSpan(part), words);
            if (place < 0 || (found & (1 << place)) != 0)
            {
                Refuse(name, "is not a list of its words, each once", $"as one or several of {Listed(words, "and")}, separated by commas");
                return null;
            }

            found |= 1 << place;
        }

        return found;
    }

    /// <summary>Says that a value which was read is wrong all the same.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="wrong">What is wrong, as a predicate: "is not an endpoint".</param>
    /// <param name="instead">What to send, after "Send {name} ".</param>
    public void Refuse(string name, string wrong, string instead) => Error ??= Invalid(name, wrong, instead);

    private static int PlaceOf(ReadOnlySpan<char> word, ReadOnlySpan<string> words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            if (word.SequenceEqual(words[i]))
                return i;
        }

        return -1;
    }

    private string? Value(string name)
    {
        int place = Array.IndexOf(_names, name);
        ArgumentOutOfRangeException.ThrowIfNegative(place, name);
        return _values[place];
    }

    private static ControlError Invalid(string name, string wrong, string instead) =>
        new(ErrorKind.InvalidQuery, $"The parameter {name} {wrong}.", $"Send {name} {instead}.", name);

    private static ControlError Unknown(string name, string[] names)
    {
        string? shown = StrictJson.Shown(name);
        return new ControlError(
            ErrorKind.InvalidQuery,
            shown is null ? "A parameter is unknown." : $"The parameter {shown} is unknown.",
            $"This route reads {Listed(names, "and")}.",
            shown);
    }

    private static string Listed(ReadOnlySpan<string> words, string conjunction) => words.Length == 1
        ? words[0]
        : $"{string.Join(", ", words[..^1])} {conjunction} {words[^1]}";
}
