using System.CommandLine;
using System.CommandLine.Help;
using Causeway.Cli.Kit;
using Causeway.Language;

namespace Causeway.Cli;

/// <summary>
/// The program's verbs by their first word. A command line names one of them, and that one alone is made; where it names none, as one for help, for completion
/// or with a slip of the pen, all are.
/// </summary>
public sealed class CommandTree(string description, Words words)
{
    private readonly List<Branch> _branches = [];

    /// <param name="Below">They stand below the command of the branch's name, which another branch makes.</param>
    private sealed record Branch(string[] Names, Func<IEnumerable<Command>> Make, bool Below = false);

    /// <summary>The first words that there are.</summary>
    public IEnumerable<string> Names => _branches.Where(b => !b.Below).SelectMany(b => b.Names);

    public void Add(string name, Func<Command> make) => Add([name], () => [make()]);

    /// <summary>Verbs that share their options and are made together.</summary>
    /// <param name="names">Of the commands, as they are made.</param>
    public void Add(string[] names, Func<IEnumerable<Command>> make) => _branches.Add(new Branch(names, make));

    /// <summary>A verb of another part below a command that is there: it has the options that hold for all below it, help among them.</summary>
    /// <param name="name">Of the command; it is added before.</param>
    public void AddBelow(string name, Func<Command> make) => _branches.Add(new Branch([name], () => [make()], Below: true));

    /// <summary>What it takes to parse a command line.</summary>
    public RootCommand For(IReadOnlyList<string> arguments)
    {
        var root = new RootCommand(description);
        List<Branch> named = arguments.Count == 0 ? [] : _branches.FindAll(b => b.Names.Contains(arguments[0]));
        foreach (Branch branch in named.Count > 0 ? named : _branches)
        foreach (Command command in branch.Make())
            (branch.Below ? root.Subcommands.First(c => c.Name == branch.Names[0]) : root).Add(command);
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            // Spellings of another system; they would only stand in every completion.
            help.Aliases.Remove("/?");
            help.Aliases.Remove("/h");
            if (help.Action is HelpAction usual)
                help.Action = new Help(usual, words);
        }
        return root;
    }
}
