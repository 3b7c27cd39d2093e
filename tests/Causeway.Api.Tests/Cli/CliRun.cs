using System.CommandLine;
using Causeway.Cli;

namespace Causeway.Api.Tests.Cli;

/// <summary>What one command line wrote and ended with.</summary>
internal sealed record CliRun(int Code, string Out, string Error)
{
    /// <summary>The program's command tree, as Program makes it.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand("test");
        CliRoot.AddTo(root);
        return root;
    }

    public static async Task<CliRun> Of(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CliRoot.InvokeAsync(
            Root(),
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
