using System.Text.RegularExpressions;
using Causeway.Cli.Language;

namespace Causeway.Api.Tests.Cli;

/// <summary>What holds for every text of the catalogue, and for the command line in another language.</summary>
public sealed partial class WordsTests
{
    [Theory]
    [InlineData("sv", "sv")]
    [InlineData("sv_SE.UTF-8", "sv")]
    [InlineData("NL", "nl")]
    [InlineData("nl-BE", "nl")]
    [InlineData("en_GB", "en")]
    [InlineData("C.UTF-8", "en")]
    [InlineData("xx", "en")]
    [InlineData(null, "en")]
    public void A_locale_chooses_the_language(string? locale, string language) => Assert.Equal(language, Words.For(locale).Language);

    [Theory]
    [InlineData("sv", "Beskrivning:", "Exempel:", "Slutkoder:", "Visa en krets.")]
    [InlineData("nl", "Beschrijving:", "Voorbeelden:", "Afsluitcodes:", "Toon een circuit.")]
    public async Task Help_speaks_the_language(string language, params string[] words)
    {
        string help = await CliRun.Ok("circuit", "show", "--help", "--lang", language);
        foreach (string word in words)
            Assert.Contains(word, help, StringComparison.Ordinal);
        Assert.DoesNotContain("Description:", help, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_chooses_before_the_environment()
    {
        Assert.Equal("nl", Causeway.Cli.CliRoot.WordsOf(["circuit", "list", "--lang", "nl"]).Language);
        Assert.Equal("sv", Causeway.Cli.CliRoot.WordsOf(["--lang=sv"]).Language);
    }
}
