using System.CommandLine;
using Causeway.Bench;
using Causeway.BgpVerbs;
using Causeway.Cli;
using Causeway.Demo;
using Causeway.Registry;
using Causeway.Serve;

var root = new RootCommand(
    "Causeway: an open interconnection control plane that speaks Azure Resource Manager's ExpressRoute and Peering."
);
root.Subcommands.Add(ServeCommand.Create());
root.Subcommands.Add(DemoCommand.Create());
root.Subcommands.Add(BenchCommand.Create());
root.Subcommands.Add(RegistryCommand.Create(TimeProvider.System));
root.Subcommands.Add(RegistryCommand.CreatePrefix(TimeProvider.System));
root.Subcommands.Add(BgpCommand.Create());
CliRoot.AddTo(root);
return await CliRoot.InvokeAsync(root, args, configuration: null, CancellationToken.None);
