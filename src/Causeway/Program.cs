using System.CommandLine;
using Causeway.Cli;
using Causeway.Serve;

var root = new RootCommand(
    "Causeway: an open interconnection control plane that speaks Azure Resource Manager's ExpressRoute and Peering."
);
root.Subcommands.Add(ServeCommand.Create());
CliRoot.AddTo(root);
return await CliRoot.InvokeAsync(root, args, configuration: null, CancellationToken.None);
