using System.CommandLine;
using Causeway.Client;
using Causeway.Language;
using Causeway.Primitives;

namespace Causeway.Cli.Kit;

/// <summary>One verb: what it is called and what it does. Its words come from the catalogue, by its path.</summary>
internal sealed class Verb : CommandWithExamples
{
    /// <param name="run">Does it; ends in <see cref="ExitCode.Ok"/> unless it throws.</param>
    /// <param name="symbols">Its own arguments and options, in order.</param>
    public Verb(string name, IReadOnlyList<string> examples, Func<CliCall, Task> run, params ReadOnlySpan<Symbol> symbols)
        : base(name, "")
    {
        Examples = examples;
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

    /// <summary>The language it speaks; set when the tree is whole.</summary>
    public Words Words { get; set; } = Words.English;

    /// <summary>Who is meant where nobody is named, as for what is of use to one role only; null for the saved one.</summary>
    public string? As { get; set; }

    /// <summary>The topology that a server has when it is given none; the command line knows no server.</summary>
    public Func<string> BuiltInTopology { get; set; } = () => "";

    private async Task<int> RunAsync(ParseResult parse, Func<CliCall, Task> run, CancellationToken cancellation)
    {
        int seconds = parse.GetValue<int>(CommonOptions.Timeout);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 24 * 3600)), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        using var call = new CliCall(parse, this, either.Token);
        try
        {
            if (call.Query is { } query)
                Answer.Check(query);
            await run(call);
            return (int)ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return (int)ExitCode.Interrupted;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return call.Fail(new Failure(ExitCode.Timeout, Words["timeout", seconds]));
        }
        catch (ArmException e)
        {
            return call.Fail(await ErrorText.OfAsync(call, e));
        }
        catch (ClientException e)
        {
            return call.Fail(new Failure(ExitCodes.Of(e.Problem), e.Message));
        }
        catch (CliException e)
        {
            return call.Fail(new Failure(e.Code, e.Message) { DidYouMean = e.DidYouMean });
        }
        // The last two: a file of the user's, such as the context, or an access file to be written.
        catch (Exception e) when (e is QueryException or IOException or UnauthorizedAccessException)
        {
            return call.Fail(new Failure(ExitCode.Usage, e.Message));
        }
    }
}
