using System.CommandLine;
using Causeway.Cli.Circuits;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;

namespace Causeway.Cli.CrossConnections;

/// <summary><c>causeway provider peering …</c>: routing that a provider at layer 3 configures for its customer.</summary>
internal static class CrossPeeringVerbs
{
    public static IEnumerable<Command> All() =>
        [
            Shape.One(
                "create",
                [
                    $"causeway provider peering create {CrossConnectionVerbs.ExampleKey} --peer-asn 65010 --vlan 100 --primary 192.168.15.16/30 --secondary 192.168.15.20/30",
                ],
                "configuring",
                async call =>
                    await call.Client.Peerings.ConfigureAsync(
                        await PathOfAsync(call),
                        PeeringVerbs.OrderOf(call),
                        call.Wait,
                        call.Cancellation
                    ),
                PeeringVerbs.Facts,
                [CrossConnectionVerbs.Key(), .. PeeringVerbs.OrderOptions()]
            ),
            Shape.One(
                "show",
                [$"causeway provider peering show {CrossConnectionVerbs.ExampleKey}"],
                "reading",
                async call => await call.Client.Peerings.GetAsync(await PathOfAsync(call), call.Cancellation),
                PeeringVerbs.Facts,
                [CrossConnectionVerbs.Key(), PeeringVerbs.Type()]
            ),
            Shape.Delete(
                "delete",
                [$"causeway provider peering delete {CrossConnectionVerbs.ExampleKey}"],
                async call => await call.Client.Peerings.DeleteAsync(await PathOfAsync(call), call.Wait, call.Cancellation),
                call => $"{PeeringVerbs.TypeName(call)} ({call.Text("key")})",
                CrossConnectionVerbs.Key(),
                PeeringVerbs.Type()
            ),
        ];

    private static async Task<string> PathOfAsync(CliCall call) =>
        Ids.Peering((await CrossConnectionVerbs.OrderAsync(call)).Id, PeeringVerbs.TypeName(call));
}
