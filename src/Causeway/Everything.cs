using Causeway.Cli;
using Causeway.Demo;
using Causeway.Lab.Bgp;
using Causeway.Lab.Registry;
using Causeway.Language;
using Causeway.Server;
using Causeway.Server.Backup;
using Causeway.Server.Topology;

namespace Causeway;

/// <summary>What the program can be asked for.</summary>
public static class Everything
{
    public static CommandTree In(Words words)
    {
        var tree = new CommandTree(
            "Causeway: an open interconnection control plane that speaks Azure Resource Manager's ExpressRoute and Peering.",
            words
        );
        tree.Add("serve", ServeCommand.Create);
        tree.Add(["backup", "verify", "restore"], () => BackupCommands.Create(TimeProvider.System));
        tree.Add("demo", () => DemoCommand.Create(words));
        tree.Add("registry", () => RegistryCommand.Create(TimeProvider.System));
        tree.Add("bgp", BgpCommand.Create);
        CliRoot.AddTo(tree, words, () => TopologyFile.BuiltIn);
        tree.AddBelow("prefix", () => RegistryCommand.PrefixCheck(TimeProvider.System));
        return tree;
    }
}
