using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Language;

namespace Causeway.Cli;

/// <summary>A command of the first level, grown from what the features hang on it, in the words of their families.</summary>
internal sealed class Branch
{
    private readonly string _name;
    private readonly IReadOnlyList<Twig> _twigs;
    private readonly Words _words;
    private readonly Func<string> _builtInTopology;

    /// <param name="words">Those common to all.</param>
    public Branch(string name, IReadOnlyList<Twig> twigs, Words words, Func<string> builtInTopology)
    {
        (_name, _twigs, _builtInTopology) = (name, twigs, builtInTopology);
        _words = twigs
            .Select(t => t.Family)
            .Where(f => f.Length > 0)
            .Distinct()
            .Aggregate(words, (all, family) => all.With(typeof(Words).Assembly, $"{family}/"));
    }

    public Command Grow()
    {
        Command? root = null;
        foreach (Twig twig in _twigs)
        foreach (Command command in twig.Make())
        {
            if (twig.IsWhole)
                root = command;
            else
                At(root ??= new Command(_name), twig.Path).Add(command);
            Say(command, twig.As);
        }
        Describe(root!, _name);
        // What is no verb and has none below it speaks to no server.
        if (root is Verb || root!.Subcommands.Count > 0)
            foreach (Option option in CommonOptions.All(_words))
                root.Add(option);
        return root!;
    }

    /// <summary>The command of a path, made where it is not there yet.</summary>
    private static Command At(Command root, string path)
    {
        Command at = root;
        foreach (string name in path.Split(' ').Skip(1))
        {
            Command? next = at.Subcommands.FirstOrDefault(c => c.Name == name);
            if (next is null)
                at.Add(next = new Command(name));
            at = next;
        }
        return at;
    }

    private void Say(Command command, string? someone)
    {
        if (command is Verb verb)
            (verb.Words, verb.As, verb.BuiltInTopology) = (_words, someone, _builtInTopology);
        foreach (Command child in command.Subcommands)
            Say(child, someone);
    }

    /// <summary>Gives a command, its arguments and options, and everything below it their words; a missing one fails here, in every test.</summary>
    private void Describe(Command command, string path)
    {
        command.Description = _words[$"verb {path}"];
        foreach (Symbol symbol in command.Arguments.Cast<Symbol>().Concat(command.Options))
        {
            string own = $"{path} {symbol.Name}";
            string kind = symbol is Option ? "option" : "argument";
            symbol.Description = _words[_words.Has($"{kind} {own}") ? $"{kind} {own}" : $"{kind} {symbol.Name}"];
        }
        foreach (Command child in command.Subcommands)
            Describe(child, $"{path} {child.Name}");
    }
}
