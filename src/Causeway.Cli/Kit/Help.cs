using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Causeway.Language;

namespace Causeway.Cli.Kit;

/// <summary>The usual help in the user's language, and under it the examples of the verb and the exit codes.</summary>
internal sealed class Help(HelpAction usual, Words words) : SynchronousCommandLineAction
{
    /// <summary>The library's headings; it knows neither Swedish nor Dutch.</summary>
    private static readonly string[] Headings = ["Description", "Usage", "Arguments", "Options", "Commands"];

    public override bool ClearsParseErrors => usual.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        using var written = new StringWriter();
        parseResult.InvocationConfiguration.Output = written;
        int result = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        foreach (string line in written.ToString().TrimEnd().Split(Environment.NewLine))
            output.WriteLine(Headings.Contains(line.TrimEnd(':')) && line.EndsWith(':') ? $"{words["help " + line[..^1]]}:" : line);
        output.WriteLine();
        var command = parseResult.CommandResult.Command as CommandWithExamples;
        if (command is { Examples.Count: > 0 })
        {
            output.WriteLine($"{words["help Examples"]}:");
            foreach (string example in command.Examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
        }
        if (command?.ExitCodesInWords is { } own)
            output.WriteLine(own);
        else if (parseResult.CommandResult.Command is RootCommand or Verb)
            output.WriteLine(words["exit codes"]);
        return result;
    }
}
