using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/virtualNetworks</c>, and their subnets.</summary>
public sealed class VirtualNetworks : Feature
{
    protected internal override void Define(FeatureBuilder f)
    {
        f.Services.TryAddSingleton(new NetworkLimits());
        f.Services.AddSingleton(NetworkMembers.Read());
        f.Tracked<VirtualNetwork, VirtualNetworkWorkflow>(NetworkTypes.Network)
            .Wire<VirtualNetworkWire>()
            .ETagHeader()
            .Cascade<VirtualNetworkCascade>();
        f.Services.AddSingleton<NetworkPeeringWire>();
        f.Types(NetworkTypes.Subnet, NetworkTypes.Peering)
            .Endpoints<SubnetEndpoints>()
            .Endpoints<NetworkPeeringEndpoints>()
            .Endpoints<NetworkQuestions>();
        f.Types([.. LocationQuestions.Types]).Endpoints<LocationQuestions>();
    }
}

internal sealed class VirtualNetworkWire(NetworkPeeringWire peerings)
    : Wire<VirtualNetwork, VirtualNetworkBody>(() => NetworksContract.Default.VirtualNetworkBody)
{
    /// <summary>What is shown of a network that did not say so.</summary>
    private const string UnsaidOfNetwork = """{"enableDdosProtection":false}""";

    /// <summary>Where none is named, it is shown all the same to who said so.</summary>
    private const string NameServers = "dhcpOptions";

    private static readonly string[] s_absent = ["ddosProtectionPlan", "ipAllocations"];

    private static readonly string[] s_kept =
    [
        "enableDdosProtection",
        "enableVmProtection",
        "flowTimeoutInMinutes",
        "bgpCommunities",
        "encryption",
        "privateEndpointVNetPolicies",
    ];

    public override async ValueTask<Asked> ReadAsync(ArmRequest request, BodyReader body, VirtualNetwork? present)
    {
        string? location = body.Location(present?.Location);
        BodyReader properties = body.Object("properties", required: true);
        foreach (string absent in s_absent)
            if (properties.HasSome(absent))
                properties.Problem(
                    "NotSupported",
                    absent,
                    $"'{absent}' cannot be attached: this installation has no such resources, and would not do what it says."
                );
        IReadOnlyList<IpPrefix>? space = properties.Object("addressSpace", required: true).Prefixes("addressPrefixes", most: 2000);
        ImmutableArray<Subnet>? subnets = properties.Objects("subnets", most: 4000) is { } given
            ? [.. given.Select(s => SubnetWire.Read(s))]
            : null;
        ImmutableArray<NetworkPeering>? peered = null;
        if (properties.Objects(NetworkPeeringWire.Segment, most: 1000) is { } others)
        {
            var read = new List<NetworkPeering>();
            foreach (BodyReader other in others)
                if (await peerings.ReadAsync(request, other) is { } peering)
                    read.Add(peering);
            peered = [.. read];
        }
        IReadOnlyList<string> dns = properties.Object("dhcpOptions").Strings("dnsServers", most: 25, longest: 45) ?? [];
        foreach (string server in dns)
            if (!IPAddress.TryParse(server, out _))
                properties.Problem(
                    "InvalidDnsServer",
                    "dhcpOptions.dnsServers",
                    $"'{server}' is not an IP address: write one such as 10.0.0.4."
                );
        return VirtualNetworkWorkflow.Put(
            new PutVirtualNetwork(request.Now, request.Id, location!, body.Tags(), [.. space ?? []], subnets, [.. dns], Guid.NewGuid())
            {
                Kept = properties.Kept(UnsaidOfNetwork, dns.Count == 0 ? [.. s_kept, NameServers] : s_kept),
                Peerings = peered,
            },
            present
        );
    }

    protected override async ValueTask<VirtualNetworkBody> BodyAsync(ArmRequest request, Versioned<VirtualNetwork> resource, Moment moment)
    {
        VirtualNetwork network = resource.Resource;
        var peered = new List<NetworkPeeringBody>();
        foreach (NetworkPeering peering in network.Peerings)
            peered.Add(await peerings.BodyAsync(request, resource, peering, moment));
        IDictionary<string, JsonElement>? kept = KeptMembers.Shown(network.Kept, UnsaidOfNetwork);
        bool saidNone = kept?.Remove(NameServers) == true;
        return new VirtualNetworkBody
        {
            Name = network.Id.Name,
            Id = network.Id.Text,
            Etag = Preconditions.Format(resource.ETag),
            Type = VirtualNetwork.ResourceType,
            Location = network.Location,
            Tags = network.Tags,
            Properties = new()
            {
                ProvisioningState = moment.State(),
                ResourceGuid = network.ResourceGuid,
                AddressSpace = new([.. network.AddressSpace.Select(p => p.ToString())]),
                DhcpOptions = network.DnsServers.IsEmpty && !saidNone ? null : new(network.DnsServers),
                Subnets = [.. network.Subnets.Select(s => SubnetWire.Body(resource, s, moment))],
                VirtualNetworkPeerings = peered,
                Kept = kept,
            },
        };
    }
}

/// <summary>A subnet as it stands in a network's array, or by itself.</summary>
internal static class SubnetWire
{
    private static readonly string[] s_absent =
    [
        "networkSecurityGroup",
        "routeTable",
        "natGateway",
        "serviceEndpointPolicies",
        "ipAllocations",
    ];

    private static readonly string[] s_kept =
    [
        "serviceEndpoints",
        "delegations",
        "privateEndpointNetworkPolicies",
        "privateLinkServiceNetworkPolicies",
        "defaultOutboundAccess",
        "sharingScope",
    ];

    private const string Unsaid =
        """{"delegations":[],"privateEndpointNetworkPolicies":"Disabled","privateLinkServiceNetworkPolicies":"Enabled"}""";

    /// <param name="name">From the path; null reads it from the body.</param>
    public static Subnet Read(BodyReader subnet, string? name = null)
    {
        if (name is null)
        {
            name = subnet.String("name", 80, required: true) ?? "";
            if (name.Length > 0 && !NetworkTypes.Subnet.Name.IsMatch(name))
                subnet.Problem("InvalidResourceName", "name", $"Subnet name '{name}' is invalid: use {NetworkTypes.Subnet.NameInWords}.");
        }
        BodyReader properties = subnet.Object("properties", required: true);
        foreach (string reference in s_absent)
            if (properties.HasSome(reference))
                properties.Problem(
                    "NotSupported",
                    reference,
                    $"'{reference}' cannot be attached: this installation has no such resources, and would not do what it says."
                );
        var prefixes = new List<IpPrefix>();
        if (properties.Prefix("addressPrefix") is { } one)
            prefixes.Add(one);
        foreach (IpPrefix prefix in properties.Prefixes("addressPrefixes", most: 2) ?? [])
            if (!prefixes.Contains(prefix))
                prefixes.Add(prefix);
        if (!properties.Has("addressPrefix") && !properties.Has("addressPrefixes"))
            properties.Problem("InvalidSubnet", "addressPrefix", $"Subnet '{name}' has no address prefix: give one, such as 10.0.0.0/24.");
        return new Subnet(name, [.. prefixes]) { Kept = properties.Kept(Unsaid, s_kept) };
    }

    public static SubnetBody Body(Versioned<VirtualNetwork> network, Subnet subnet, Moment moment) =>
        new()
        {
            Name = subnet.Name,
            Id = network.Resource.Id.Child("subnets", subnet.Name).Text,
            Etag = Preconditions.Format(network.ETag),
            Properties = new()
            {
                ProvisioningState = moment.State(),
                AddressPrefix = subnet.Prefixes is [var only] ? only.ToString() : null,
                AddressPrefixes = subnet.Prefixes is [_] ? null : [.. subnet.Prefixes.Select(p => p.ToString())],
                IpConfigurations =
                    subnet.IsGatewaySubnet && network.Resource.Gateway is { } gateway
                        ? [.. gateway.IpConfigurations.Select(c => new ReferenceBody(gateway.Gateway.Child("ipConfigurations", c).Text))]
                        : null,
                Kept = KeptMembers.Shown(subnet.Kept, Unsaid),
            },
            Type = NetworkTypes.Subnet.FullName,
        };
}

/// <summary>Networks go after what stands in them; a gateway of another group keeps them.</summary>
internal sealed class VirtualNetworkCascade(Engine engine, VirtualNetworkWorkflow workflow, TimeProvider clock)
    : Cascade<VirtualNetwork>(engine, workflow, clock)
{
    protected override ValueTask<Refusal?> BlockerAsync(VirtualNetwork resource, ResourceId group, CancellationToken cancellation) =>
        new(resource.Gateway is { } gateway && !group.Contains(gateway.Gateway) ? NetworkErrors.SubnetInUse(gateway) : null);
}
