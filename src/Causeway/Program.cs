using System.CommandLine;
using Causeway.Cli;
using Causeway.Cli.Language;
using Causeway.Demo;
using Causeway.Lab.Bgp;
using Causeway.Lab.Registry;
using Causeway.Server;
using Causeway.Server.Backup;
using Causeway.Server.Topology;

Words words = CliRoot.WordsOf(args);
var root = new RootCommand(
    "Causeway: an open interconnection control plane that speaks Azure Resource Manager's ExpressRoute and Peering."
);
root.Subcommands.Add(ServeCommand.Create());
foreach (Command command in BackupCommands.Create(TimeProvider.System))
    root.Subcommands.Add(command);
root.Subcommands.Add(DemoCommand.Create(words));
root.Subcommands.Add(RegistryCommand.Create(TimeProvider.System));
root.Subcommands.Add(RegistryCommand.CreatePrefix(TimeProvider.System));
root.Subcommands.Add(BgpCommand.Create());
CliRoot.AddTo(root, words, () => TopologyFile.BuiltIn);
return await CliRoot.InvokeAsync(root, args, configuration: null, CancellationToken.None);
