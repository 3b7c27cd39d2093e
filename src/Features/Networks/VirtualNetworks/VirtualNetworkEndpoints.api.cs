using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/virtualNetworks</c>.</summary>
public sealed class VirtualNetworkEndpoints(Tracked<VirtualNetwork> networks, NetworkWrites writes)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(NetworkTypes.Network)
            .Put(PutAsync)
            .Get(r => networks.GetAsync(r, View, eTagHeader: true))
            .Patch(r => networks.TagAsync(r, View))
            .Delete(r => networks.DeleteAsync(r, n => networks.SendAsync(n.Id, new DeleteVirtualNetwork(r.Now), r.Context())))
            .ListInGroup(r => networks.ListAsync(r, View))
            .ListInSubscription(r => networks.ListAsync(r, View));

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        Versioned<VirtualNetwork>? present = await networks.ReadAsync(request.Id, request.Aborted);
        BodyReader body = await request.BodyAsync();
        string? location = body.Location(present?.Resource.Location);
        BodyReader properties = body.Object("properties", required: true);
        IReadOnlyList<IpPrefix>? space = properties.Object("addressSpace", required: true).Prefixes("addressPrefixes", most: 2000);
        ImmutableArray<Subnet>? subnets = properties.Objects("subnets", most: 4000) is { } given ? [.. given.Select(ReadSubnet)] : null;
        IReadOnlyList<string> dns = properties.Object("dhcpOptions").Strings("dnsServers", most: 25, longest: 45) ?? [];
        foreach (string server in dns)
            if (!IPAddress.TryParse(server, out _))
                properties.Problem(
                    "InvalidDnsServer",
                    "dhcpOptions.dnsServers",
                    $"'{server}' is not an IP address: write one such as 10.0.0.4."
                );
        ImmutableSortedDictionary<string, string> tags = body.Tags() ?? ImmutableSortedDictionary<string, string>.Empty;
        if (body.Refusal is { } no)
            return no;
        var put = new PutVirtualNetwork(
            request.Now,
            request.Id,
            location!,
            tags,
            [.. space ?? []],
            subnets,
            [.. dns],
            Guid.NewGuid(),
            Told: []
        );
        SendOutcome outcome = await writes.PutNetworkAsync(put, request.Context());
        return await networks.StoredAsync(request, outcome, View, made: n => n.ResourceGuid == put.ResourceGuid);
    }

    /// <summary>A subnet as it stands in a network's array, or as the body of its own PUT.</summary>
    internal static Subnet ReadSubnet(BodyReader subnet) => ReadSubnet(subnet, name: null);

    /// <param name="name">From the path; null reads it from the body.</param>
    internal static Subnet ReadSubnet(BodyReader subnet, string? name)
    {
        if (name is null)
        {
            name = subnet.String("name", 80, required: true) ?? "";
            if (name.Length > 0 && !NetworkTypes.Subnet.Name.IsMatch(name))
                subnet.Problem("InvalidResourceName", "name", $"Subnet name '{name}' is invalid: use {NetworkTypes.Subnet.NameInWords}.");
        }
        BodyReader properties = subnet.Object("properties", required: true);
        foreach (string reference in (ReadOnlySpan<string>)["networkSecurityGroup", "routeTable", "natGateway"])
            if (properties.Has(reference))
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
        return new Subnet(name, [.. prefixes]);
    }

    private static ValueTask<ArmBody> View(Versioned<VirtualNetwork> network, Moment moment) => new(ArmBody.Json(network, Write));

    private static void Write(Utf8JsonWriter writer, Versioned<VirtualNetwork> network)
    {
        VirtualNetwork resource = network.Resource;
        writer.StartResource(network, VirtualNetwork.ResourceType);
        writer.StartProperties("Succeeded", resource.ResourceGuid);
        writer.WriteStartObject("addressSpace"u8);
        writer.WriteStrings("addressPrefixes", resource.AddressSpace);
        writer.WriteEndObject();
        if (!resource.DnsServers.IsEmpty)
        {
            writer.WriteStartObject("dhcpOptions"u8);
            writer.WriteStrings("dnsServers", resource.DnsServers);
            writer.WriteEndObject();
        }
        writer.WriteStartArray("subnets"u8);
        foreach (Subnet subnet in resource.Subnets)
            WriteSubnet(writer, network, subnet);
        writer.WriteEndArray();
        writer.WriteStartArray("virtualNetworkPeerings"u8);
        writer.WriteEndArray();
        writer.WriteBoolean("enableDdosProtection"u8, false);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    internal static void WriteSubnet(Utf8JsonWriter writer, Versioned<VirtualNetwork> network, Subnet subnet)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, subnet.Name);
        writer.WriteString("id"u8, network.Resource.Id.Child("subnets", subnet.Name).Text);
        writer.WriteString("etag"u8, Preconditions.Format(network.ETag));
        writer.WriteStartObject("properties"u8);
        writer.WriteString("provisioningState"u8, "Succeeded");
        if (subnet.Prefixes is [var only])
            writer.WriteString("addressPrefix"u8, only.ToString());
        else
            writer.WriteStrings("addressPrefixes", subnet.Prefixes);
        if (subnet.IsGatewaySubnet && network.Resource.Gateway is { } gateway)
        {
            writer.WriteStartArray("ipConfigurations"u8);
            foreach (string name in gateway.IpConfigurations)
            {
                writer.WriteStartObject();
                writer.WriteString("id"u8, gateway.Gateway.Child("ipConfigurations", name).Text);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteStartArray("delegations"u8);
        writer.WriteEndArray();
        writer.WriteString("privateEndpointNetworkPolicies"u8, "Disabled");
        writer.WriteString("privateLinkServiceNetworkPolicies"u8, "Enabled");
        writer.WriteEndObject();
        writer.WriteString("type"u8, NetworkTypes.Subnet.FullName);
        writer.WriteEndObject();
    }
}
