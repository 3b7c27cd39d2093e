using Causeway.Bench;
using Causeway.Cli;

return await CliRoot.InvokeAsync(BenchCommand.Create(), args, configuration: null, CancellationToken.None);
