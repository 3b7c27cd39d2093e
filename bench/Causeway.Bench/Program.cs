using Causeway.Bench;
using Causeway.Cli.Kit;

return await CliRoot.InvokeAsync(BenchCommand.Create(), args, configuration: null, CancellationToken.None);
