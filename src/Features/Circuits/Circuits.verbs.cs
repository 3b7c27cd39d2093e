using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway circuit …</c>: what a customer does with circuits.</summary>
internal static class CircuitVerbs
{
    private static readonly string[] Tiers = ["Standard", "Premium", "Local", "Basic"];
    internal static readonly string[] Families = ["MeteredData", "UnlimitedData"];

    private static readonly Column<CircuitBody>[] Facts =
    [
        new("name", c => c.Name),
        new("id", c => c.Id),
        new("serviceKey", c => c.Properties.ServiceKey.ToString()),
        new("provider", c => c.Properties.ServiceProviderProperties?.ServiceProviderName),
        new("peeringLocation", c => c.Properties.ServiceProviderProperties?.PeeringLocation),
        new("port", c => Ids.NameOf(c.Properties.ExpressRoutePort?.Id)),
        new("bandwidth", c => c.Properties.BandwidthInMbps is { } mbps ? $"{mbps} Mbps" : null),
        new("sku", c => c.Sku.Name),
        new("region", c => c.Location),
        new("circuitState", c => c.Properties.CircuitProvisioningState),
        new("providerState", c => c.Properties.ServiceProviderProvisioningState),
        new("providerNotes", c => c.Properties.ServiceProviderNotes),
        new("sTag", c => c.Properties.Stag is 0 ? null : c.Properties.Stag),
        new("peerings", c => c.Properties.Peerings.Select(p => p.Name)),
        new("authorizations", c => c.Properties.Authorizations.Select(a => a.Name)),
        new("state", c => c.Properties.ProvisioningState),
        new("tags", c => c.Tags?.Select(t => $"{t.Key}={t.Value}")),
    ];

    private static readonly Column<CircuitBody>[] Columns =
    [
        .. Facts.Where(f =>
            f.Key is "name" or "provider" or "peeringLocation" or "bandwidth" or "sku" or "circuitState" or "providerState"
        ),
    ];

    public static IEnumerable<Twig> Twigs => [new("circuit", Own)];

    private static IEnumerable<Command> Own() =>
        [
            Create(),
            Shape.One(
                "show",
                ["causeway circuit show office", "causeway circuit show office -o json | jq -r .properties.serviceKey"],
                "reading",
                call => call.Client.Circuits.GetAsync(call.Circuit(), call.Cancellation),
                Facts,
                [Circuit()]
            ),
            Shape.List(
                "list",
                ["causeway circuit list", "causeway circuit list --all --output yaml"],
                "no circuits",
                call =>
                    call.Client.Circuits.ListAsync(
                        Ids.Circuits(call.Get<bool>("--all") || call.KnownGroup is null ? call.SubscriptionPath : call.GroupPath),
                        call.Cancellation
                    ),
                Columns,
                Opt.Flag("--all")
            ),
            Update(),
            Shape.Delete(
                "delete",
                ["causeway circuit delete office"],
                call => call.Client.Circuits.DeleteAsync(call.Circuit(), call.Wait, call.Cancellation),
                call => $"{call.Words["thing circuit"]} {call.Text("circuit")}",
                Circuit()
            ),
        ];

    internal static Argument<string> Circuit() =>
        Suggested.From(
            Opt.Argument("circuit"),
            async call => (await call.Client.Circuits.ListAsync(Ids.Circuits(call.GroupPath), call.Cancellation)).Select(c => c.Body.Name)
        );

    private static async Task<IEnumerable<ServiceProviderBody>> OffersAsync(CliCall call) =>
        (
            await call.Client.ServiceProviders.ListAsync(
                Ids.OfNetwork(call.SubscriptionPath, "expressRouteServiceProviders"),
                call.Cancellation
            )
        ).Select(p => p.Body);

    private static Verb Create() =>
        Shape.One(
            "create",
            [
                "causeway circuit create office --provider Equinix --peering-location Amsterdam --bandwidth 200",
                "causeway circuit create hq --provider Megaport --peering-location Stockholm --bandwidth 1Gbps --tier Premium --output json",
                "causeway circuit create direct --port cage --bandwidth 5Gbps",
            ],
            "ordering",
            async call =>
                await call.Client.Circuits.OrderAsync(
                    call.Circuit(),
                    new CircuitOrderBody(
                        await Opt.RegionAsync(call),
                        Opt.TagsOf(call),
                        Sku(call.Text("--tier"), call.Text("--family")),
                        Order(call)
                    ),
                    call.Wait,
                    call.Cancellation
                ),
            Facts,
            [
                Circuit(),
                Suggested.From(Opt.Text("--provider"), async call => (await OffersAsync(call)).Select(p => p.Name)),
                Suggested.From(
                    Opt.Text("--peering-location"),
                    async call => (await OffersAsync(call)).SelectMany(p => p.Properties.PeeringLocations)
                ),
                Opt.Text("--port", "PORT"),
                Opt.Text("--authorization-key", "KEY"),
                Opt.Text("--authorization-key-file", "FILE"),
                Opt.Needed("--bandwidth"),
                Opt.OneOf("--tier", "Standard", Tiers),
                Opt.OneOf("--family", "MeteredData", Families),
                Opt.Region(),
                Opt.Tags(),
            ],
            (call, circuit) =>
            {
                if (circuit.Properties.ServiceProviderProperties?.ServiceProviderName is { } provider)
                    call.Next("next provision", provider, circuit.Properties.ServiceKey);
                else
                    call.Next("next peer own", circuit.Name);
            }
        );

    /// <summary>From a provider at a place, or on a port.</summary>
    private static CircuitOrderProperties Order(CliCall call)
    {
        int mbps = Bandwidths.Read(call, call.Text("--bandwidth"));
        (string? provider, string? place) = (call.Get<string?>("--provider"), call.Get<string?>("--peering-location"));
        return (provider, place, call.Get<string?>("--port")) switch
        {
            ({ } name, { } at, null) => new(new ServiceProviderProperties(name, at, mbps)),
            (null, null, { } port) => new(null)
            {
                ExpressRoutePort = new ReferenceBody(call.PathOf(DirectPortVerbs.Type, port)),
                BandwidthInGbps = mbps / 1000.0,
                AuthorizationKey = SecretFile.Of(call, "--authorization-key", "CAUSEWAY_AUTHORIZATION_KEY"),
            },
            _ => throw new CliException(call.Words["provider or port"]),
        };
    }

    private static Verb Update() =>
        Shape.One(
            "update",
            ["causeway circuit update office --bandwidth 500", "causeway circuit update office --tier Premium"],
            "changing",
            call =>
            {
                if (!call.Has("--bandwidth") && !call.Has("--tier") && !call.Has("--family") && !call.Has("--tags"))
                    throw new CliException(call.Words["nothing to change"]);
                return call.Client.Circuits.ChangeAsync(call.Circuit(), circuit => Change(call, circuit), call.Wait, call.Cancellation);
            },
            Facts,
            [Circuit(), Opt.Text("--bandwidth"), Opt.OneOf("--tier", null, Tiers), Opt.OneOf("--family", null, Families), Opt.Tags()]
        );

    private static void Change(CliCall call, JsonObject circuit)
    {
        if (call.Get<string?>("--bandwidth") is { } rate && circuit["properties"] is JsonObject properties)
            if (properties["serviceProviderProperties"] is JsonObject order)
                order["bandwidthInMbps"] = Bandwidths.Read(call, rate);
            else
                properties["bandwidthInGbps"] = Bandwidths.Read(call, rate) / 1000.0;
        SkuBody now = circuit["sku"].Deserialize(CircuitsContract.Default.SkuBody)!;
        circuit["sku"] = JsonSerializer.SerializeToNode(
            Sku(call.Get<string?>("--tier") ?? now.Tier, call.Get<string?>("--family") ?? now.Family),
            CircuitsContract.Default.SkuBody
        );
        if (Opt.TagsOf(call) is { } tags)
            circuit["tags"] = new JsonObject(tags.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)));
    }

    /// <summary>In the spelling of the wire, however it was typed.</summary>
    private static SkuBody Sku(string tier, string family)
    {
        (tier, family) = (Opt.Spelled(Tiers, tier), Opt.Spelled(Families, family));
        return new SkuBody($"{tier}_{family}", tier, family);
    }
}
