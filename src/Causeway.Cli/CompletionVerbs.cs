using System.CommandLine;
using Causeway.Cli.Kit;

namespace Causeway.Cli;

/// <summary><c>causeway completion bash|zsh|fish</c>: scripts that ask the program itself for suggestions, so that they never grow old.</summary>
internal static class CompletionVerbs
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # causeway completion for bash: source <(causeway completion bash)
            _causeway() {
                local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}"
                COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word"))
            }
            complete -o default -F _causeway causeway ./causeway
            """,
        ["zsh"] = """
            #compdef causeway
            # causeway completion for zsh: source <(causeway completion zsh)
            _causeway() {
                local -a words_found
                words_found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -a words_found
            }
            compdef _causeway causeway
            """,
        ["fish"] = """
            # causeway completion for fish: causeway completion fish | source
            function __causeway_suggest
                set -l line (commandline -cp)
                causeway "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c causeway -f -a '(__causeway_suggest)'
            """,
    };

    public static IEnumerable<Twig> Twigs => [Twig.Whole("completion", Completion)];

    private static Command Completion()
    {
        Argument<string> shell = new("shell") { HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion") { shell };
        command.SetAction(parse =>
        {
            parse.InvocationConfiguration.Output.WriteLine(Scripts[parse.GetRequiredValue(shell)]);
            return 0;
        });
        return command;
    }
}
