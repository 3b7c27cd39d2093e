using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Networks;

/// <summary>
/// A network: <c>Plain</c>, <c>WithGateway</c> once a gateway stands in it, <c>Linked</c> while a circuit announces it. See <see cref="VirtualNetwork"/> for
/// why gateways and links are decided here too.
/// </summary>
public sealed class VirtualNetworkWorkflow(NetworkLimits limits) : TrackedWorkflow<VirtualNetwork>
{
    public override string Type => VirtualNetwork.ResourceType;

    protected override string Called => "virtual network";

    protected override JsonTypeInfo<VirtualNetwork> Json => NetworksJson.Default.VirtualNetwork;

    public override IReadOnlyList<string> Told =>
        [
            "tags",
            "addressSpace",
            "subnets[name].prefixes",
            "dnsServers",
            "peerings[name].remote",
            "peerings[name].remoteSpace",
            "peerings[name].allowsAccess",
            "peerings[name].allowsForwarded",
            "peerings[name].allowsTransit",
            "gateway.gateway",
            "links[connection].circuit",
        ];

    protected override Decision<VirtualNetwork> DecideOn(VirtualNetwork? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutVirtualNetwork put) => Create(put),
            ({ } network, PutVirtualNetwork put) => Replace(network, put),

            ({ Gateway: { } gateway }, DeleteResource) => GatewaySubnetInUse(gateway),
            ({ Gateway: null }, DeleteResource) => End("deleted"),

            ({ } network, PutSubnet put) => WithSubnet(network, put.Subnet),
            ({ } network, DeleteSubnet delete) => WithoutSubnet(network, delete),

            ({ } network, PutNetworkPeering put) => NetworkPeerings.With(network, put) is { } bad
                ? Refuse(bad)
                : Move(NetworkPeerings.Put(network, put), $"peering {put.Peering.Name} with {put.Peering.Remote.Name} stands"),
            ({ } network, DeleteNetworkPeering delete) => WithoutPeering(network, delete),

            ({ Gateway: { } other }, PlaceGateway place) when other.Gateway != place.Placement.Gateway => Refuse(
                Refusal.Conflict(
                    "GatewaySubnetInUse",
                    $"The network already has an ExpressRoute gateway, {other.Gateway}: a network has one. Delete that one first, or resize it."
                )
            ),
            ({ } network, PlaceGateway place) => Place(network, place.Placement),

            ({ Links: [var link, ..] }, RemoveGateway remove) => Refuse(
                Refusal.Conflict(
                    "InUseVirtualNetworkGatewayCannotBeDeleted",
                    $"Gateway {remove.Gateway} is in use by connection {link.Connection}: delete its connections first."
                )
            ),
            ({ Gateway: { } gateway } network, RemoveGateway remove) when gateway.Gateway == remove.Gateway => Move(
                network with
                {
                    Gateway = null,
                },
                $"gateway {gateway.Gateway.Name} removed"
            ),
            ({ }, RemoveGateway) => Stay("that gateway is not in this network"),

            ({ } network, AddLink add) => Link(network, add),
            ({ } network, RemoveLink remove) => Unlink(network, remove.Connection),

            (null, RemoveGateway or RemoveLink) => Stay("there is no such network"),
            (null, PlaceGateway or AddLink) => Refuse(References.Gone("The virtual network")),
            (null, PutSubnet or DeleteSubnet or PutNetworkPeering or DeleteNetworkPeering) => Refuse(
                Refusal.NotFound("ResourceNotFound", "There is no such virtual network.")
            ),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    /// <summary>Stores a network and tells every linked circuit its prefixes: all of it, or none.</summary>
    /// <param name="present">The network as it is now, with its links.</param>
    public static Asked Put(PutVirtualNetwork put, VirtualNetwork? present) =>
        new Asked(put, null)
        {
            Also =
            [
                .. (present?.Links ?? [])
                    .Select(l => l.Circuit)
                    .Distinct()
                    .Select(c => new Addressed(c, Circuit.ResourceType, new ChangeLinkedPrefixes(put.At, put.Id, put.AddressSpace))),
            ],
        };

    private Decision<VirtualNetwork> Create(PutVirtualNetwork put)
    {
        ImmutableArray<Subnet> subnets = put.Subnets ?? [];
        return Checked(
            new VirtualNetwork
            {
                Id = put.Id,
                Location = put.Location,
                Tags = put.Tags,
                ResourceGuid = put.ResourceGuid,
                AddressSpace = put.AddressSpace,
                Subnets = subnets,
                DnsServers = put.DnsServers,
                Kept = put.Kept,
                Peerings = put.Peerings ?? [],
            },
            before: null,
            "created"
        );
    }

    private Decision<VirtualNetwork> Replace(VirtualNetwork network, PutVirtualNetwork put)
    {
        VirtualNetwork next = network with
        {
            Tags = put.Tags,
            AddressSpace = put.AddressSpace,
            Subnets = put.Subnets ?? network.Subnets,
            DnsServers = put.DnsServers,
            Kept = put.Kept,
            Peerings = put.Peerings is { } peerings
                ? [.. peerings.Select(p => NetworkPeerings.Standing(network, p, sync: false))]
                : network.Peerings,
        };
        return Checked(
            next,
            network,
            SameSpace(network, next) ? "updated" : $"address space is now {string.Join(", ", next.AddressSpace)}"
        );
    }

    private static bool SameSpace(VirtualNetwork a, VirtualNetwork b) => a.AddressSpace.Order().SequenceEqual(b.AddressSpace.Order());

    private Decision<VirtualNetwork> WithSubnet(VirtualNetwork network, Subnet subnet)
    {
        int at = network.Subnets.IndexOf(network.FindSubnet(subnet.Name)!);
        ImmutableArray<Subnet> subnets = at < 0 ? network.Subnets.Add(subnet) : network.Subnets.SetItem(at, subnet);
        return Checked(network with { Subnets = subnets }, network, $"subnet {subnet.Name} {(at < 0 ? "added" : "updated")}");
    }

    private Decision<VirtualNetwork> WithoutSubnet(VirtualNetwork network, DeleteSubnet delete)
    {
        ImmutableArray<OperationChange> done = delete.Ticket is { } ticket ? [ticket.Done(delete.At)] : [];
        if (network.FindSubnet(delete.Subnet) is not { } subnet)
            return Stay("there is no such subnet") with { Operations = done };
        Decision<VirtualNetwork> decision = Checked(
            network with
            {
                Subnets = network.Subnets.Remove(subnet),
            },
            network,
            $"subnet {subnet.Name} removed"
        );
        return decision is Decision<VirtualNetwork>.Move move ? move with { Operations = done } : decision;
    }

    private static Decision<VirtualNetwork> WithoutPeering(VirtualNetwork network, DeleteNetworkPeering delete)
    {
        ImmutableArray<OperationChange> done = delete.Ticket is { } ticket ? [ticket.Done(delete.At)] : [];
        return network.FindPeering(delete.Peering) is { } peering
            ? Move(network with { Peerings = network.Peerings.Remove(peering) }, $"peering {peering.Name} removed") with
            {
                Operations = done,
            }
            : Stay("there is no such peering") with
            {
                Operations = done,
            };
    }

    private static Decision<VirtualNetwork> Place(VirtualNetwork network, GatewayPlacement placement)
    {
        if (network.FindSubnet(VirtualNetwork.GatewaySubnetName) is not { } subnet)
            return Refuse(
                Refusal.Invalid(
                    "SubnetNotFound",
                    $"Virtual network '{network.Id.Name}' has no subnet named GatewaySubnet: a gateway lives there. Add one first, /27 or larger."
                )
            );
        if (!subnet.Prefixes.Any(p => p.IsV4))
            return Refuse(Refusal.Invalid("InvalidSubnet", "GatewaySubnet needs an IPv4 prefix to hold a gateway."));
        GatewaySku sku = GatewaySku.Find(placement.Sku)!;
        if (network.Links.Length > sku.MostCircuits)
            return Refuse(
                Refusal.Conflict(
                    "OperationNotAllowed",
                    $"The network is linked to {network.Links.Length} circuits and {sku.Name} carries {sku.MostCircuits}: delete connections first, or choose a larger size."
                )
            );
        return Move(network with { Gateway = placement }, $"gateway {placement.Gateway.Name} ({placement.Sku}) placed");
    }

    private Decision<VirtualNetwork> Link(VirtualNetwork network, AddLink add)
    {
        NetworkLink link = add.Link;
        if (network.Links.Any(l => l.Connection == link.Connection))
            return Stay("already linked");
        if (network.Gateway is not { } gateway || gateway.Gateway != add.Gateway)
            return Refuse(Refusal.Invalid("GatewayNotFound", $"Gateway {add.Gateway} is not in virtual network {network.Id}."));
        if (network.Links.FirstOrDefault(l => l.Circuit == link.Circuit) is { } same)
            return Refuse(
                Refusal.Conflict(
                    "OperationNotAllowed",
                    $"The network is already linked to circuit '{link.Circuit.Name}', by connection {same.Connection}."
                )
            );
        var problems = new List<Refusal>();
        GatewaySku sku = GatewaySku.Find(gateway.Sku)!;
        if (network.Links.Length >= sku.MostCircuits)
            problems.Add(
                Refusal.Conflict(
                    "OperationNotAllowed",
                    $"A gateway of size {sku.Name} links a network to {sku.MostCircuits} circuits at most, and it has {network.Links.Length}: resize the gateway or delete a connection."
                )
            );
        int here = network.Links.Count(l => l.PeeringLocation.Equals(link.PeeringLocation, StringComparison.OrdinalIgnoreCase));
        if (here >= limits.CircuitsPerLocation)
            problems.Add(
                Refusal.Conflict(
                    "OperationNotAllowed",
                    $"The network already has {here} circuits at {link.PeeringLocation}, and {limits.CircuitsPerLocation} is the most at one peering location."
                )
            );
        if (network.AddressSpace.Length > limits.PrefixesWhenLinked)
            problems.Add(
                Refusal.Conflict(
                    "OperationNotAllowed",
                    $"The network has {network.AddressSpace.Length} address prefixes; {limits.PrefixesWhenLinked} is the most when it is linked. Join neighbouring prefixes into larger ones."
                )
            );
        return problems.Count > 0
            ? Refuse(Refusal.Of(problems))
            : Move(network with { Links = network.Links.Add(link) }, $"linked to circuit {link.Circuit.Name} by {link.Connection.Name}");
    }

    private static Decision<VirtualNetwork> Unlink(VirtualNetwork network, ResourceId connection) =>
        network.Links.FirstOrDefault(l => l.Connection == connection) is { } link
            ? Move(network with { Links = network.Links.Remove(link) }, $"no longer linked to circuit {link.Circuit.Name}")
            : Stay("it was not linked by that connection");

    /// <summary>The next state if it keeps all rules; every problem at once if not.</summary>
    private Decision<VirtualNetwork> Checked(VirtualNetwork next, VirtualNetwork? before, string why)
    {
        var problems = new List<Refusal>(NetworkRules.Check(next.Id.Name, next.AddressSpace, next.Subnets));
        if (next.Subnets.Length > limits.SubnetsPerNetwork)
            problems.Add(
                Refusal.Invalid(
                    "SubnetCountLimitReached",
                    $"{next.Subnets.Length} subnets; {limits.SubnetsPerNetwork} is the most.",
                    "properties.subnets"
                )
            );
        problems.AddRange(NetworkPeerings.Check(next));
        if (before?.Gateway is { } gateway && before.FindSubnet(VirtualNetwork.GatewaySubnetName) is { } standing)
        {
            Subnet? kept = next.FindSubnet(VirtualNetwork.GatewaySubnetName);
            if (kept is null)
                problems.Add(NetworkErrors.SubnetInUse(gateway));
            else if (standing.Prefixes.Except(kept.Prefixes).Any())
                problems.Add(NetworkErrors.SubnetPrefixInUse(gateway, standing));
        }
        if (before is { Links: [_, ..] } && (V4(next) > limits.V4Prefixes || next.AddressSpace.Length - V4(next) > limits.V6Prefixes))
            problems.Add(
                Refusal.Invalid(
                    "AddressSpaceLimitReached",
                    $"A linked network may have {limits.V4Prefixes} IPv4 and {limits.V6Prefixes} IPv6 prefixes at most.",
                    "properties.addressSpace.addressPrefixes"
                )
            );
        return problems.Count > 0 ? Refuse(Refusal.Of(problems)) : Move(next, why);
    }

    private static int V4(VirtualNetwork network) => network.AddressSpace.Count(p => p.IsV4);

    private static Decision<VirtualNetwork> GatewaySubnetInUse(GatewayPlacement gateway) => Refuse(NetworkErrors.SubnetInUse(gateway));
}
