using System.Text.RegularExpressions;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;

namespace Causeway.Api.Tests.Serve;

/// <summary>Variables that look as if they were settings and are read by nothing.</summary>
public sealed partial class StrayVariablesTests
{
    [Fact]
    public void A_mistyped_variable_is_named_with_the_right_one()
    {
        Assert.Equal(
            [
                "the variable CAUSEWAY_DATABSE_FILE is read by nothing: did you mean CAUSEWAY_DATABASE_FILE?",
                "the variable CAUSEWAY_LISTN is read by nothing: did you mean CAUSEWAY_LISTEN?",
                "the variable CAUSEWAY_XYZZY_QUUX is read by nothing: docs/configuration.md has those that are.",
                "the variable causeway_listen is read by nothing: it has to be written CAUSEWAY_LISTEN.",
            ],
            StrayVariables.Warnings(
                [
                    "PATH",
                    "CAUSEWAY_LISTN",
                    "CAUSEWAY_LISTEN",
                    "causeway_listen",
                    "CAUSEWAY_DATABSE_FILE",
                    "CAUSEWAY_XYZZY_QUUX",
                    "CAUSEWAY_KEY_FILE",
                ],
                null
            )
        );
    }

    [Fact]
    public void What_the_topology_reads_is_no_stray()
    {
        var topology = TopologyFile.Parse(
            TopologyFile.BuiltIn + "webhooks:\n  - { name: a, url: https://example.net/, secret: env:CAUSEWAY_WEBHOOK_SECRET }\n",
            "topology.yaml",
            new TopologyDefaults("33333333-3333-3333-3333-333333333333", 179)
        );
        Assert.Empty(StrayVariables.Warnings(["CAUSEWAY_WEBHOOK_SECRET"], topology));
        Assert.Single(StrayVariables.Warnings(["CAUSEWAY_WEBHOOK_SECRET"], null));
    }

    /// <summary>A verb that reads another variable adds it there: else a server started from the same shell would complain.</summary>
    [Fact]
    public void Every_variable_that_the_program_names_is_known()
    {
        string[] named =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories)
                .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .SelectMany(f => Variable().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
                .Distinct(),
        ];
        Assert.Contains("CAUSEWAY_MD5_KEY", named);
        Assert.Empty(StrayVariables.Warnings(named, null));
    }

    [GeneratedRegex("\"(CAUSEWAY_[A-Z0-9_]*[A-Z0-9])\"")]
    private static partial Regex Variable();

    private static string Root()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Directory.Packages.props")))
                return d.FullName;
        throw new DirectoryNotFoundException("The repository's root is not above the tests.");
    }
}
