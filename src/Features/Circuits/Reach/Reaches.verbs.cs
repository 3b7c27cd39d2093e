using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway circuit reach …</c>: circuits joined to each other (Global Reach).</summary>
internal static class ReachVerbs
{
    private const string Private = "AzurePrivatePeering";

    private static readonly Column<ReachBody>[] Facts =
    [
        new("name", r => r.Name),
        new("joinedWith", r => CircuitOf(r.Properties.PeerExpressRouteCircuitPeering.Id)),
        new("joinSubnet", r => r.Properties.AddressPrefix),
        new("joinSubnetV6", r => r.Properties.Ipv6CircuitConnectionConfig?.AddressPrefix),
        new("joinStatus", r => r.Properties.CircuitConnectionStatus),
        new("state", r => r.Properties.ProvisioningState),
    ];

    public static IEnumerable<Twig> Twigs => [new("circuit reach", All)];

    private static IEnumerable<Command> All() =>
        [
            Shape.One(
                "create",
                [
                    "causeway circuit reach create office to-branch --peer branch --subnet 10.9.0.0/29",
                    "causeway circuit reach create office theirs --peer /subscriptions/…/expressRouteCircuits/branch --subnet 10.9.0.0/29 --authorization-key-file key.txt",
                ],
                "joining",
                call =>
                    call.Client.Reaches.PutAsync(
                        PathOf(call),
                        new ReachBody
                        {
                            Name = call.Text("name"),
                            Id = PathOf(call),
                            Etag = "",
                            Properties = new ReachProperties
                            {
                                PeerExpressRouteCircuitPeering = new ReferenceBody(Ids.Peering(call.Circuit("--peer"), Private)),
                                AddressPrefix = call.Text("--subnet"),
                                Ipv6CircuitConnectionConfig = call.Get<string?>("--subnet-v6") is { } v6 ? new Ipv6ReachBody(v6) : null,
                                AuthorizationKey = SecretFile.Of(call, "--authorization-key", "CAUSEWAY_AUTHORIZATION_KEY"),
                            },
                        },
                        CircuitsContract.Default.ReachBody,
                        call.Wait,
                        call.Cancellation
                    ),
                Facts,
                [
                    CircuitVerbs.Circuit(),
                    Opt.Argument("name"),
                    Opt.Needed("--peer", "CIRCUIT"),
                    Opt.Needed("--subnet", "PREFIX"),
                    Opt.Text("--subnet-v6", "PREFIX"),
                    Opt.Text("--authorization-key", "KEY"),
                    Opt.Text("--authorization-key-file", "FILE"),
                ]
            ),
            Shape.List(
                "list",
                ["causeway circuit reach list office"],
                "no joins",
                call => call.Client.Reaches.ListAsync($"{Ids.Peering(call.Circuit(), Private)}/connections", call.Cancellation),
                Facts,
                CircuitVerbs.Circuit()
            ),
            Shape.Delete(
                "delete",
                ["causeway circuit reach delete office to-branch"],
                call => call.Client.Reaches.DeleteAsync(PathOf(call), call.Wait, call.Cancellation),
                call => $"{call.Words["thing join"]} {call.Text("name")}",
                CircuitVerbs.Circuit(),
                Opt.Argument("name")
            ),
        ];

    private static string PathOf(CliCall call) =>
        $"{Ids.Peering(call.Circuit(), Private)}/connections/{Uri.EscapeDataString(call.Text("name"))}";

    /// <summary>…/expressRouteCircuits/NAME/peerings/AzurePrivatePeering</summary>
    private static string CircuitOf(string peering) => peering.Split('/') is { Length: > 3 } segments ? segments[^3] : peering;
}
