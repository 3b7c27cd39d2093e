using System.Text;
using Causeway.Cli.Kit;

namespace Causeway.Api.Tests.Cli;

public sealed class PlainWriterTests
{
    [Fact]
    public void Lines_of_several_threads_never_run_into_each_other()
    {
        var kept = new Pieces();
        using var plain = new PlainWriter(kept);
        plain.WriteLine("ready AS 64500");
        plain.WriteLine("a peer\e[2J says");
        plain.WriteLine();
        Assert.Equal(["ready AS 64500\n", "a peer\\u001b[2J says\n", "\n"], kept.All);
    }

    [Fact]
    public void What_is_harmful_shows_and_lines_and_tabs_stay()
    {
        using var text = new StringWriter();
        using var plain = new PlainWriter(text);
        plain.Write("a\tb\r\nc\u202e\n");
        plain.Write('\a');
        Assert.Equal("a\tb\\u000d\nc\\u202e\n\\u0007", text.ToString());
    }

    /// <summary>What arrived in one write each.</summary>
    private sealed class Pieces : TextWriter
    {
        public List<string> All { get; } = [];
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => All.Add(value.ToString());

        public override void Write(string? value) => All.Add(value ?? "");
    }
}
