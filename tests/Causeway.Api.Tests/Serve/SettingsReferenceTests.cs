using System.Text;
using Causeway.Server.Configuration;

namespace Causeway.Api.Tests.Serve;

/// <summary>docs/configuration.md is made from the table of settings: with CAUSEWAY_RECORD=1 it is written, else held against it.</summary>
public sealed class SettingsReferenceTests
{
    [Fact]
    public async Task The_reference_says_what_the_server_takes()
    {
        string file = Path.Combine(Root(), "docs", "configuration.md");
        string expected = Written();
        if (Environment.GetEnvironmentVariable("CAUSEWAY_RECORD") == "1")
            await File.WriteAllTextAsync(file, expected, TestContext.Current.CancellationToken);
        Assert.Equal(expected, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    /// <summary>The way that the page shows is the way that is read.</summary>
    [Fact]
    public void Keys_may_be_nested_and_lists_may_be_lists()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Example);
            ServerSettings settings = SettingsReader.Read(s => s == Settings.Config ? file : null, _ => null);
            Assert.Equal("0.0.0.0:8443", settings.Listen.ToString());
            Assert.Equal(["causeway.example.net", "192.0.2.7"], settings.TlsNames);
            Assert.Equal(100, settings.Circuits.Limits.CircuitsPerSubscription);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private const string Example = """
        listen: 0.0.0.0:8443
        tls:
          names: [causeway.example.net, 192.0.2.7]
        circuits:
          perSubscription: 100

        """;

    private static string Written()
    {
        var page = new StringBuilder(
            $"""
            # Settings of the server

            Made from the code by `SettingsReferenceTests`; change it there (`src/Causeway.Server/Configuration/Settings.cs`).

            Each setting is an option of `causeway serve`, an environment variable, and a key of the YAML file that `--config` names. The command line goes before the environment, the environment before
            the file, the file before the default. All that cannot be used is said at once, each with the place where it was written, and the server ends with 2.
            `causeway serve --check` says it without starting anything ([what else it looks at](how-to/operate.md#starting)). A variable that begins with `CAUSEWAY_` and that nothing reads is named in a warning when the server starts.

                {Example.TrimEnd().ReplaceLineEndings("\n    ")}

            A key with a dot may be written in one piece or nested; several values are a list, or stand in one text between `;`. Secrets are no options, since everybody on the machine can read a command line.

            | key | option | variable | default | means |
            |---|---|---|---|---|

            """
        );
        foreach (Setting s in Settings.All)
        {
            string option = s.IsSecret ? "none" : $"`{s.Option}`";
            string variable = s.IsSecret ? $"`{s.Variable}`, or `{s.FileVariable}`: path of a file" : $"`{s.Variable}`";
            string otherwise = s.Default is null ? "" : $"`{s.Default}`";
            page.Append($"| `{s.Key}` | {option} | {variable} | {otherwise} | {s.Help.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        page.Append(
            """

            Nodes on one PostgreSQL share `key`: give all the same, or copy the file `key` of the first node's data folder to the others before they start. A data folder belongs to one node.

            """
        );
        return page.ToString();
    }

    private static string Root()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Directory.Packages.props")))
                return d.FullName;
        throw new DirectoryNotFoundException("The repository's root is not above the tests.");
    }
}
