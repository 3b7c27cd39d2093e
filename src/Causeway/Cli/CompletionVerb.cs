using System.CommandLine;

namespace Causeway.Cli;

/// <summary><c>causeway completion bash|zsh</c>: scripts that ask the program itself for suggestions, so that they never grow old.</summary>
internal static class CompletionVerb
{
    private const string Bash = """
        # causeway completion for bash: source <(causeway completion bash)
        _causeway() {
            local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}"
            COMPREPLY=($(compgen -W "$(causeway "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word"))
        }
        complete -o default -F _causeway causeway
        """;

    private const string Zsh = """
        #compdef causeway
        # causeway completion for zsh: source <(causeway completion zsh)
        _causeway() {
            local -a words_found
            words_found=("${(@f)$(causeway "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a words_found
        }
        compdef _causeway causeway
        """;

    public static Command Command()
    {
        var shell = new Argument<string>("shell") { Description = "bash or zsh.", HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command("completion", "Print a completion script for your shell: source <(causeway completion bash)");
        command.Add(shell);
        command.SetAction(parse =>
        {
            parse.InvocationConfiguration.Output.WriteLine(parse.GetValue(shell) == "zsh" ? Zsh : Bash);
            return 0;
        });
        return command;
    }
}
