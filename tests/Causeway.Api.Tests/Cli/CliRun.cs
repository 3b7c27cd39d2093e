using System.CommandLine;
using Causeway.Cli;
using Causeway.Cli.Language;
using Causeway.Server.Topology;

namespace Causeway.Api.Tests.Cli;

/// <summary>What one command line wrote and ended with.</summary>
internal sealed record CliRun(int Code, string Out, string Error)
{
    /// <summary>The program's command tree, as Program makes it; in English unless a language is given, whatever the machine speaks.</summary>
    public static RootCommand Root(string language = "en")
    {
        var root = new RootCommand("test");
        CliRoot.AddTo(root, Words.For(language), () => TopologyFile.BuiltIn);
        return root;
    }

    public static async Task<CliRun> Of(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CliRoot.InvokeAsync(
            Root(Array.IndexOf(arguments, "--lang") is >= 0 and var at ? arguments[at + 1] : "en"),
            arguments,
            new InvocationConfiguration { Output = output, Error = error },
            TestContext.Current.CancellationToken
        );
        return new CliRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Asserts that it went well.</summary>
    public static async Task<string> Ok(params string[] arguments)
    {
        CliRun run = await Of(arguments);
        Assert.True(run.Code == 0, $"{string.Join(' ', arguments)} ended in {run.Code}:\n{run.Error}{run.Out}");
        return run.Out;
    }
}
