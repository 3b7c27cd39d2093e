using System.CommandLine;
using Causeway.Serve;

var root = new RootCommand(
    "Causeway: an open interconnection control plane that speaks Azure Resource Manager's ExpressRoute and Peering."
);
root.Subcommands.Add(ServeCommand.Create());
return await root.Parse(args).InvokeAsync();
