using Microsoft.AspNetCore.Http;
using Vix.P2p.Http.Queries;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Tests;

public class QueryReaderTests
{
    private static readonly string[] Names = ["text", "number", "flag", "word", "words"];
    private static readonly string[] Words = ["Red", "Green", "Blue"];

    [TestCase("")]
    [TestCase("?")]
    [TestCase("?&")]
    public void TryRead_NoParameters_HasNone(string query)
    {
        QueryReader reader = Read(query);

        Names.Should().OnlyContain(name => !reader.Has(name));
        reader.Text("text", 5).Should().BeNull();
        reader.Integer("number", 1, 9).Should().BeNull();
        reader.Boolean("flag").Should().BeNull();
        reader.Word("word", Words).Should().BeNull();
        reader.Words("words", Words).Should().BeNull();
        reader.Error.Should().BeNull();
    }

    [Test]
    public void TryRead_EachKind_IsRead()
    {
        QueryReader reader = Read("?text=a%20b%2B+&number=9&flag=true&word=Green&words=Blue,Red");

        reader.Text("text", 5).Should().Be("a b+ ");
        reader.Integer("number", 1, 9).Should().Be(9);
        reader.Boolean("flag").Should().BeTrue();
        reader.Word("word", Words).Should().Be(1);
        reader.Words("words", Words).Should().Be(0b101);
        reader.Error.Should().BeNull();
        Read("?flag=false").Boolean("flag").Should().BeFalse();
    }

    [TestCase("?other=1", "other", "The parameter other is unknown.", "This route reads text, number, flag, word and words.")]
    [TestCase("?Text=1", "Text", "The parameter Text is unknown.", "This route reads text, number, flag, word and words.")]
    [TestCase("?=1", null, "A parameter is unknown.", "This route reads text, number, flag, word and words.")]
    [TestCase("?%1b%5b31m=1", null, "A parameter is unknown.", "This route reads text, number, flag, word and words.")]
    [TestCase("?text[]=1", "text[]", "The parameter text[] is unknown.", "This route reads text, number, flag, word and words.")]
    [TestCase("?text=1&number=2&text=1", "text", "The parameter text is there twice.", "Send text once.")]
    [TestCase("?text&text", "text", "The parameter text is there twice.", "Send text once.")]
    [TestCase("?text=1&te%78t=1", "text", "The parameter text is there twice.", "Send text once.")]
    public void TryRead_BadParameters_AreNamed(string query, string? field, string detail, string hint)
    {
        QueryReader.TryRead(new QueryString(query), Names, out _, out ControlError? error).Should().BeFalse();

        error.Should().Be(new ControlError(ErrorKind.InvalidQuery, detail, hint, field));
    }

    [TestCase("text", "", "The parameter text is empty.", "Send text as 1 to 5 characters.")]
    [TestCase("text", "123456", "The parameter text is too long.", "Send text as 1 to 5 characters.")]
    [TestCase("number", "", "The parameter number is not an integer in its range.", "Send number as an integer from 1 to 9.")]
    [TestCase("number", "0", "The parameter number is not an integer in its range.", "Send number as an integer from 1 to 9.")]
    [TestCase("number", "10", "The parameter number is not an integer in its range.", "Send number as an integer from 1 to 9.")]
    [TestCase("number", "-1", "The parameter number is not an integer in its range.", "Send number as an integer from 1 to 9.")]
    [TestCase("number", "%2B1", "The parameter number is not an integer in its range.", "Send number as an integer from 1 to 9.")]
    [TestCase("number", "%201", "The parameter number is not an integer in its range.", "Send number as an integer from 1 to 9.")]
    [TestCase("number", "1.0", "The parameter number is not an integer in its range.", "Send number as an integer from 1 to 9.")]
    [TestCase("number", "%EF%BC%91", "The parameter number is not an integer in its range.", "Send number as an integer from 1 to 9.")]
    [TestCase("number", "9999999999999999999999", "The parameter number is not an integer in its range.", "Send number as an integer from 1 to 9.")]
    [TestCase("flag", "True", "The parameter flag is none of its words.", "Send flag as true or false.")]
    [TestCase("flag", "1", "The parameter flag is none of its words.", "Send flag as true or false.")]
    [TestCase("flag", "", "The parameter flag is none of its words.", "Send flag as true or false.")]
    [TestCase("word", "red", "The parameter word is none of its words.", "Send word as Red, Green or Blue.")]
    [TestCase("word", "Red,Green", "The parameter word is none of its words.", "Send word as Red, Green or Blue.")]
    [TestCase("words", "", "The parameter words is not a list of its words, each once.", "Send words as one or several of Red, Green and Blue, separated by commas.")]
    [TestCase("words", "Red,", "The parameter words is not a list of its words, each once.", "Send words as one or several of Red, Green and Blue, separated by commas.")]
    [TestCase("words", "Red, Green", "The parameter words is not a list of its words, each once.", "Send words as one or several of Red, Green and Blue, separated by commas.")]
    [TestCase("words", "Red,Red", "The parameter words is not a list of its words, each once.", "Send words as one or several of Red, Green and Blue, separated by commas.")]
    public void Values_OutOfRange_AreNoneAndSayTheRange(string name, string value, string detail, string hint)
    {
        QueryReader reader = Read($"?{name}={value}");

        object? read = name switch
        {
            "text" => reader.Text(name, 5),
            "number" => reader.Integer(name, 1, 9),
            "flag" => reader.Boolean(name),
            "word" => reader.Word(name, Words),
            _ => reader.Words(name, Words),
        };

        read.Should().BeNull();
        reader.Error.Should().Be(new ControlError(ErrorKind.InvalidQuery, detail, hint, name));
    }

    [Test]
    public void Error_OfSeveral_IsTheFirst()
    {
        QueryReader reader = Read("?number=x&flag=x");

        reader.Integer("number", 1, 9);
        reader.Boolean("flag");
        reader.Refuse("text", "is not one", "as one");

        reader.Error!.Field.Should().Be("number");
    }

    private static QueryReader Read(string query)
    {
        QueryReader.TryRead(new QueryString(query), Names, out QueryReader reader, out ControlError? error).Should().BeTrue();
        error.Should().BeNull();
        return reader;
    }
}
