using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Causeway.Cli;
using Causeway.Cli.Circuits;
using Causeway.Cli.Kit;
using Causeway.Primitives;

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
    [InlineData("circut list", "causeway: 'causeway' has no verb 'circut'. Did you mean 'circuit'?", "causeway --help")]
    [InlineData("circuit creat x", "causeway: 'causeway circuit' has no verb 'creat'. Did you mean 'create'?", "causeway circuit --help")]
    [InlineData("circuit", "causeway: 'causeway circuit' needs one of its verbs: create, show, ", "causeway circuit --help")]
    [InlineData("circuit show", "causeway: 'causeway circuit show' needs CIRCUIT.", "causeway circuit show --help")]
    [InlineData("port create o --bandwidth 10Gbps", "causeway: 'causeway port create' needs --peering-location VALUE.", "create --help")]
    [InlineData("circuit show x --otput json", "causeway: 'causeway circuit show' has no option '--otput'. Did you mean '--output'?", "")]
    [InlineData("circuit show x -o pdf", "causeway: 'pdf' is no value of --output: choose one of table, json, yaml, tsv, csv.", "")]
    [InlineData("circuit list --lang de", "causeway: 'de' is no value of --lang: choose one of en, nl, sv.", "")]
    [InlineData("completion csh", "causeway: 'csh' is no value of SHELL: choose one of bash, ", "")]
    [InlineData("circuit peering create o --peer-asn abc --vlan 3", "causeway: 'abc' is no value of --peer-asn: write a whole number.", "")]
    [InlineData("operator status --timeout x", "causeway: 'x' is no value of --timeout: write a whole number.", "")]
    [InlineData("operator status --as", "causeway: --as needs a value.", "")]
    [InlineData("operator status --as a --as b", "causeway: --as is given more than once.", "")]
    [InlineData("usage x", "causeway: 'causeway usage' has no use for 'x'.", "causeway usage --help")]
    [InlineData("--as operator usage", "causeway: '--as' stands before the verb: write options after it.", "causeway operator --help")]
    public async Task What_is_wrong_with_a_command_line_is_said_in_a_sentence_on_standard_error(string line, string says, string tries)
    {
        CliRun run = await CliRun.Of(line.Split(' '));
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.StartsWith(says, run.Error, StringComparison.Ordinal);
        Assert.Matches($"\nTry: causeway .*--help\n$", run.Error);
        Assert.Contains(tries, run.Error, StringComparison.Ordinal);
        Assert.True(run.Error.Count(c => c == '\n') <= 3, run.Error);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        CliRun run = await CliRun.Of("circuit", "peering", "create", "o", "--peer-asn", "abc", "--timeout", "x");
        Assert.Contains("needs --vlan", run.Error, StringComparison.Ordinal);
        Assert.Contains("'abc' is no value of --peer-asn", run.Error, StringComparison.Ordinal);
        Assert.Contains("'x' is no value of --timeout", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_command_line_is_told_in_the_language_that_it_asks_for() =>
        Assert.StartsWith(
            "causeway: 'causeway circuit' har inget verb 'creat'. Menade du 'create'?",
            (await CliRun.Of("circuit", "creat", "--lang", "sv")).Error,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("circuit creat x -o json", 2, "Usage", "'causeway circuit' has no verb 'creat'.")]
    [InlineData("circuit show x --otput json --output=json", 2, "Usage", "'causeway circuit show' has no option '--otput'.")]
    [InlineData("circuit list --query [ -o json", 2, "Usage", "--query '['")]
    [InlineData("circuit list -o json --access /nowhere/access.json", 2, "Usage", "/nowhere/access.json")]
    public async Task Where_json_is_asked_for_errors_are_json(string line, int code, string name, string says)
    {
        CliRun run = await CliRun.Of(line.Split(' '));
        Assert.Equal((code, ""), (run.Code, run.Out));
        JsonNode told = JsonNode.Parse(run.Error)!;
        Assert.Equal(name, told["error"]!["code"]!.ToString());
        Assert.Contains(says, told["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(code, (int)told["exitCode"]!);
    }

    [Fact]
    public async Task A_program_reads_which_name_was_meant() =>
        Assert.Equal(
            "Did you mean 'create'?",
            JsonNode.Parse((await CliRun.Of("circuit", "creat", "-o", "json")).Error)!["didYouMean"]!.ToString()
        );

    [Fact]
    public async Task Nothing_at_all_is_answered_with_the_help_on_standard_error()
    {
        CliRun run = await CliRun.Of();
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.Contains("provider", run.Error, StringComparison.Ordinal);
    }

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
        Assert.True(Bandwidths.TryRead(text, out int read));
        Assert.Equal(mbps, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("1Tbps")]
    public void What_is_no_bandwidth_is_refused(string text) => Assert.False(Bandwidths.TryRead(text, out _));

    [Theory]
    [InlineData("offce", "office")]
    [InlineData("Equnix", "Equinix")]
    [InlineData("ofifce", "office")]
    [InlineData("warehouse", null)]
    [InlineData("office", null)]
    public void A_near_name_is_offered_and_a_far_one_is_not(string typed, string? near) =>
        Assert.Equal(near, NearestName.Of(typed, ["office", "hq", "Equinix", "Megaport"]));

    /// <summary>The values of --output as they are typed in the examples beside them.</summary>
    [Fact]
    public async Task Help_shows_the_values_of_output_as_they_are_typed()
    {
        CliRun run = await CliRun.Of("circuit", "list", "--help");
        Assert.Contains("--output <table|json|yaml|tsv|csv>", run.Out, StringComparison.Ordinal);
        Assert.Contains("[default: table]", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Csv", run.Out, StringComparison.Ordinal);
    }
}
