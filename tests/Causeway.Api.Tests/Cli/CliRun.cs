using System.CommandLine;
using Causeway.Cli;
using Causeway.Language;
using Causeway.Server.Topology;

namespace Causeway.Api.Tests.Cli;

/// <summary>What one command line wrote and ended with.</summary>
internal sealed record CliRun(int Code, string Out, string Error)
{
    /// <summary>The verbs of the command line, as Program adds them.</summary>
    public static CommandTree Tree(string language = "en")
    {
        Words words = Words.For(language);
        var tree = new CommandTree("test", words);
        CliRoot.AddTo(tree, words, () => TopologyFile.BuiltIn);
        return tree;
    }

    /// <summary>The program's command tree, as Program makes it; in English unless a language is given, whatever the machine speaks.</summary>
    public static RootCommand Root(string language = "en")
    {
        return Tree(language).For([]);
    }

    public static async Task<CliRun> Of(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CliRoot.InvokeAsync(
            Tree(Array.IndexOf(arguments, "--lang") is >= 0 and var at ? arguments[at + 1] : "en").For(arguments),
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
