using System.CommandLine;

namespace Causeway.Bench;

/// <summary><c>causeway bench NAME</c>: measures beside the peers on this machine. Never a test.</summary>
public static class BenchCommand
{
    private static readonly (string Name, string Help, Func<string[], Task<int>> Run)[] All =
    [
        ("api", "Durable creations, reads, memory and start-up of the server, beside the disk's own commit rate.", ApiBench.RunAsync),
        ("clients", "Azure CLI's commands, and how much of their time is the server's.", ClientsBench.RunAsync),
        ("store", "Commits and reads of a store by itself, without the server around it.", StoreBench.RunAsync),
        ("proof", "Proofs of many peerings kept true: one changed route object, and everything anew.", ProofBench.RunAsync),
        ("filters", "Filters of all members of an exchange, and from a changed as-set to the route server's table.", FilterBench.RunAsync),
        ("exchange", "Many peerings at an exchange: asked for, approved, on the routers, read, restarted.", ExchangeBench.RunAsync),
        ("portal", "Pages with many circuits, and what viewers cost who watch.", PortalBench.RunAsync),
        ("registry", "RPSL, snapshots, expansion, origin validation, beside bgpq4 and rtrlib.", RegistryBench.RunAsync),
    ];

    public static RootCommand Create()
    {
        var command = new RootCommand("Measures on this machine, beside the programs people use today.");
        foreach ((string name, string help, Func<string[], Task<int>> run) in All)
        {
            var rest = new Argument<string[]>("arguments") { Arity = ArgumentArity.ZeroOrMore, Description = "Passed to the benchmark." };
            var one = new Command(name, help) { rest };
            one.TreatUnmatchedTokensAsErrors = false;
            // A benchmark looks at no token: what is interrupted ends here, and Scratch takes away what it leaves.
            one.SetAction(
                (parsed, cancellation) => run([.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens]).WaitAsync(cancellation)
            );
            command.Subcommands.Add(one);
        }
        command.Subcommands.Add(BgpBench.Command("Routes into and out of the tables, beside BIRD, GoBGP, FRR and OpenBGPD."));
        command.Subcommands.Add(IdleBench.Command("Memory and CPU of circuits that do nothing, their customers away or up."));
        return command;
    }
}
