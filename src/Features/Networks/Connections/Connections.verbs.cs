using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Networks;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Networks;

/// <summary><c>causeway network connection …</c>: a network linked to a circuit.</summary>
internal static class ConnectionVerbs
{
    private const string Type = "connections";

    private static readonly Column<ConnectionBody>[] Link =
    [
        new("name", c => c.Name),
        new("gateway", c => Ids.NameOf(c.Properties.VirtualNetworkGateway1.Id)),
        new("circuit", c => Ids.NameOf(c.Properties.Peer.Id)),
        new("weight", c => c.Properties.RoutingWeight),
        new("status", c => c.Properties.ConnectionStatus),
        new("state", c => c.Properties.ProvisioningState),
    ];

    public static IEnumerable<Twig> Twigs => [new("network connection", All)];

    private static IEnumerable<Command> All() =>
        NetworkVerbs.Of("connection", Type, client => client.Connections, Create(), Link, "no connections", "thing connection");

    private static Verb Create() =>
        Shape.One(
            "create",
            [
                "causeway network connection create apps-office --gateway apps-gw --circuit office",
                "causeway network connection create theirs --gateway gw --circuit /subscriptions/…/expressRouteCircuits/office --authorization-key-file key.txt --as otherCustomer",
            ],
            "linking",
            async call =>
            {
                string gateway = call.PathOf(VirtualNetworkGatewayVerbs.Type, call.Text("--gateway"));
                var body = new ConnectionBody
                {
                    Location = (await call.Client.Gateways.GetAsync(gateway, call.Cancellation)).Body.Location,
                    Properties = new ConnectionProperties
                    {
                        ConnectionType = "ExpressRoute",
                        VirtualNetworkGateway1 = new ReferenceBody(gateway),
                        Peer = new ReferenceBody(call.Circuit("--circuit")),
                        RoutingWeight = (int)call.Get<long>("--weight"),
                        AuthorizationKey = SecretFile.Of(call, "--authorization-key", "CAUSEWAY_AUTHORIZATION_KEY"),
                    },
                };
                string path = call.PathOf(Type, call.Text("name"));
                return await call.Client.Connections.PutAsync(
                    path,
                    body,
                    NetworksContract.Default.ConnectionBody,
                    call.Wait,
                    call.Cancellation
                );
            },
            Link,
            [
                Opt.Argument("name"),
                Opt.Needed("--gateway", "GATEWAY"),
                Opt.Needed("--circuit", "CIRCUIT"),
                Opt.Text("--authorization-key", "KEY"),
                Opt.Text("--authorization-key-file", "FILE"),
                Opt.Number("--weight"),
            ],
            (call, _) => call.Next("next routes", Ids.NameOf(call.Text("--circuit")))
        );
}
