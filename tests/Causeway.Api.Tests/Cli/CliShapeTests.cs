using System.CommandLine;
using System.CommandLine.Parsing;
using Causeway.Cli;
using Causeway.Cli.Kit;

namespace Causeway.Api.Tests.Cli;

/// <summary>What holds for every verb, whatever it does.</summary>
public sealed class CliShapeTests
{
    public static TheoryData<string> Verbs()
    {
        var paths = new TheoryData<string>();
        Walk(CliRun.Root(), "", paths);
        return paths;

        static void Walk(Command command, string path, TheoryData<string> paths)
        {
            foreach (Command child in command.Subcommands)
            {
                string childPath = $"{path} {child.Name}".Trim();
                if (child.Subcommands.Count == 0)
                    paths.Add(childPath);
                Walk(child, childPath, paths);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_has_help_with_examples_that_parse(string path)
    {
        CliRun help = await CliRun.Of([.. path.Split(' '), "--help"]);
        Assert.Equal(0, help.Code);
        Assert.Contains("Description:", help.Out, StringComparison.Ordinal);
        if (path == "completion")
            return;
        Assert.Contains("Examples:", help.Out, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", help.Out, StringComparison.Ordinal);
        string[] examples =
        [
            .. help.Out[help.Out.IndexOf("Examples:", StringComparison.Ordinal)..]
                .Split('\n')
                .Select(l => l.Trim())
                .Where(l => l.StartsWith("causeway ", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(examples);
        foreach (string line in examples)
        {
            string command = line.Split(" | ")[0].Split(" && ")[0]["causeway ".Length..];
            ParseResult parse = CliRun.Root().Parse(CommandLineParser.SplitCommandLine(command).ToArray());
            Assert.True(parse.Errors.Count == 0, $"{line}: {string.Join("; ", parse.Errors)}");
        }
    }

    [Fact]
    public void A_command_line_grows_the_branch_that_it_names_and_no_other()
    {
        CommandTree tree = CliRun.Tree();
        foreach (string name in tree.Names)
            Assert.Equal([name], tree.For([name, "--help"]).Subcommands.Select(c => c.Name));
        Assert.Equal(tree.Names, tree.For(["--help"]).Subcommands.Select(c => c.Name));
        Assert.Equal(tree.Names, tree.For(["circut", "list"]).Subcommands.Select(c => c.Name));
    }

    [Theory]
    [InlineData(2, "circuit")]
    [InlineData(2, "circuit", "creat")]
    [InlineData(2, "circuit", "create", "office")]
    [InlineData(2, "circuit", "show", "office", "--output", "pdf")]
    [InlineData(2, "completion", "csh")]
    [InlineData(2, "circuit", "list", "--lang", "de")]
    public async Task A_wrong_command_line_ends_in_2(int code, params string[] arguments) =>
        Assert.Equal(code, (await CliRun.Of(arguments)).Code);

    [Theory]
    [InlineData("bash", "complete -o default -F _causeway causeway")]
    [InlineData("zsh", "compdef _causeway causeway")]
    [InlineData("fish", "complete -c causeway -f -a")]
    public async Task Completion_asks_the_program_itself(string shell, string line)
    {
        string script = await CliRun.Ok("completion", shell);
        Assert.Contains(line, script, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suggestions_come_from_the_verbs()
    {
        CliRun run = await CliRun.Of("[suggest:17]", "causeway circuit ");
        Assert.Contains("explain", run.Out, StringComparison.Ordinal);
        Assert.Contains("peering", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("/h", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("200", 200)]
    [InlineData("500Mbps", 500)]
    [InlineData("1Gbps", 1000)]
    [InlineData("10 gbps", 10000)]
    public void Bandwidths_are_read_as_people_write_them(string text, int mbps)
    {
        Assert.True(Opt.TryMbps(text, out int read));
        Assert.Equal(mbps, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("1Tbps")]
    public void What_is_no_bandwidth_is_refused(string text) => Assert.False(Opt.TryMbps(text, out _));

    [Theory]
    [InlineData("offce", "office")]
    [InlineData("Equnix", "Equinix")]
    [InlineData("ofifce", "office")]
    [InlineData("warehouse", null)]
    [InlineData("office", null)]
    public void A_near_name_is_offered_and_a_far_one_is_not(string typed, string? near) =>
        Assert.Equal(near, DidYouMean.Nearest(typed, ["office", "hq", "Equinix", "Megaport"]));
}
