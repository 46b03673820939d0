using System.CommandLine;

namespace Vix.P2p.Cli.Commands;

/// <summary>vix-p2p completion</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, (string Script, string Use)> Shells = new()
    {
        ["bash"] = (Bash, "source <(vix-p2p completion bash)   # in ~/.bashrc"),
        ["zsh"] = (Zsh, "source <(vix-p2p completion zsh)   # in ~/.zshrc, after compinit"),
        ["fish"] = (Fish, "vix-p2p completion fish | source   # in ~/.config/fish/config.fish"),
        ["pwsh"] = (PowerShell, "vix-p2p completion pwsh | Out-String | Invoke-Expression   # in $PROFILE"),
    };

    // Each script asks the hidden command `complete`, so that what is offered is always what this version takes.
    private const string Bash = """
        _vix_p2p() {
            local IFS=$'\n'
            COMPREPLY=($(vix-p2p complete --position "$COMP_POINT" -- "$COMP_LINE" 2>/dev/null))
        }
        complete -o bashdefault -o default -F _vix_p2p vix-p2p
        """;

    private const string Zsh = """
        _vix_p2p() {
            local -a offered
            offered=("${(@f)$(vix-p2p complete --position "$CURSOR" -- "$BUFFER" 2>/dev/null)}")
            if [[ -n "$offered" ]]; then compadd -- "${offered[@]}"; else _files; fi
        }
        compdef _vix_p2p vix-p2p
        """;

    private const string Fish = """
        complete -c vix-p2p -a '(vix-p2p complete --position (commandline -C) -- (commandline -p) 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName vix-p2p -ScriptBlock {
            param($word, $line, $position)
            vix-p2p complete --position $position -- "$line" 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    public static Command Create(CliContext context)
    {
        Argument<string> shell = new("shell") { Description = "bash, zsh, fish or pwsh.", HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong([.. Shells.Keys]);
        Command command = new("completion", "Writes what makes a shell complete this command.") { shell };
        command.SetAction(parse =>
        {
            (string script, string use) = Shells[parse.GetRequiredValue(shell)];
            context.Results.Line($"# {use}");
            context.Results.Line(script);
            return ExitCode.Ok;
        });
        return command;
    }
}
