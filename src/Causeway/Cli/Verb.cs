using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Causeway.Client;

namespace Causeway.Cli;

/// <summary>One verb: what it is called, what it says of itself, and what it does.</summary>
internal sealed class Verb : Command, IHelpEnding
{
    /// <param name="run">Does it; ends in <see cref="ExitCode.Ok"/> unless it throws.</param>
    /// <param name="symbols">Its own arguments and options, in order.</param>
    public Verb(string name, string description, Func<CliCall, Task> run, params ReadOnlySpan<Symbol> symbols)
        : base(name, description)
    {
        foreach (Symbol symbol in symbols)
            switch (symbol)
            {
                case Argument argument:
                    Add(argument);
                    break;
                case Option option:
                    Add(option);
                    break;
            }
        SetAction((parse, cancellation) => RunAsync(parse, run, cancellation));
    }

    /// <summary>Whole command lines, shown under the help.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    public string ExitCodesInWords => ExitCodes.InWords;

    private static async Task<int> RunAsync(ParseResult parse, Func<CliCall, Task> run, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(
            TimeSpan.FromSeconds(Math.Clamp(parse.GetValue(CommonOptions.Timeout), 1, 24 * 3600)),
            TimeProvider.System
        );
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        using var call = new CliCall(parse, either.Token);
        try
        {
            await run(call);
            return (int)ExitCode.Ok;
        }
        catch (ArmException e)
        {
            ErrorText.Write(call, e);
            return (int)ExitCodes.Of(e);
        }
        catch (CliException e)
        {
            call.Error.WriteLine($"causeway: {e.Message}");
            return (int)e.Code;
        }
        catch (ClientException e)
        {
            call.Error.WriteLine($"causeway: {e.Message}");
            return (int)ExitCodes.Of(e.Problem);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            call.Error.WriteLine(
                $"causeway: not finished within {parse.GetValue(CommonOptions.Timeout)} s. What the server has accepted goes on there: look again with a 'show', or wait longer with --timeout."
            );
            return (int)ExitCode.Timeout;
        }
        catch (OperationCanceledException)
        {
            return (int)ExitCode.Interrupted;
        }
    }
}

/// <summary>A command that says more in its help than its options.</summary>
internal interface IHelpEnding
{
    IReadOnlyList<string> Examples { get; }

    /// <summary>What the process ends with.</summary>
    string ExitCodesInWords { get; }
}

/// <summary>The usual help, and under it the examples of the verb.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => usual.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        int result = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        var verb = parseResult.CommandResult.Command as IHelpEnding;
        if (verb is { Examples.Count: > 0 })
        {
            output.WriteLine("Examples:");
            foreach (string example in verb.Examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
        }
        if (verb is not null || parseResult.CommandResult.Command is RootCommand)
            output.WriteLine(verb?.ExitCodesInWords ?? ExitCodes.InWords);
        return result;
    }
}
