using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Networks;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/publicIPAddresses</c>: what gateway scripts create first. No address is ever given out.</summary>
public sealed class PublicIpEndpoints(Tracked<PublicIpAddress> addresses)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(NetworkTypes.PublicIp)
            .Put(PutAsync)
            .Get(r => addresses.GetAsync(r, View, eTagHeader: true))
            .Patch(r => addresses.TagAsync(r, View))
            .Delete(r => addresses.DeleteAsync(r, a => addresses.SendAsync(a.Id, new DeletePublicIp(r.Now), r.Context())))
            .ListInGroup(r => addresses.ListAsync(r, View))
            .ListInSubscription(r => addresses.ListAsync(r, View));

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        Versioned<PublicIpAddress>? present = await addresses.ReadAsync(request.Id, request.Aborted);
        BodyReader body = await request.BodyAsync();
        string? location = body.Location(present?.Resource.Location);
        ImmutableSortedDictionary<string, string> tags = body.Tags() ?? ImmutableSortedDictionary<string, string>.Empty;
        string sku = body.Object("sku").OneOf("name", ["Basic", "Standard"]) ?? present?.Resource.Sku ?? "Basic";
        BodyReader properties = body.Object("properties");
        string allocation =
            properties.OneOf("publicIPAllocationMethod", ["Static", "Dynamic"]) ?? (sku == "Standard" ? "Static" : "Dynamic");
        if (sku == "Standard" && allocation == "Dynamic")
            properties.Problem(
                "StandardSkuPublicIPAddressesMustBeStatic",
                "publicIPAllocationMethod",
                "A Standard public address is Static: set publicIPAllocationMethod to Static, or the SKU to Basic."
            );
        string version = properties.OneOf("publicIPAddressVersion", ["IPv4", "IPv6"]) ?? "IPv4";
        int idle = properties.Integer("idleTimeoutInMinutes", 4, 30) ?? 4;
        IReadOnlyList<string> zones = body.Strings("zones", most: 3, longest: 8) ?? [];
        if (body.Refusal is { } no)
            return no;
        var put = new PutPublicIp(request.Now, request.Id, location!, tags, sku, allocation, version, idle, [.. zones], Guid.NewGuid());
        SendOutcome outcome = await addresses.SendAsync(request.Id, put, request.Context());
        return await addresses.StoredAsync(request, outcome, View, made: a => a.ResourceGuid == put.ResourceGuid);
    }

    private static ValueTask<ArmBody> View(Versioned<PublicIpAddress> address, Moment moment) => new(ArmBody.Json(address, Write));

    private static void Write(Utf8JsonWriter writer, Versioned<PublicIpAddress> address)
    {
        PublicIpAddress resource = address.Resource;
        writer.StartResource(address, PublicIpAddress.ResourceType);
        if (!resource.Zones.IsEmpty)
            writer.WriteStrings("zones", resource.Zones);
        writer.StartProperties("Succeeded", resource.ResourceGuid);
        writer.WriteString("publicIPAddressVersion"u8, resource.Version);
        writer.WriteString("publicIPAllocationMethod"u8, resource.Allocation);
        writer.WriteNumber("idleTimeoutInMinutes"u8, resource.IdleTimeoutMinutes);
        writer.WriteStartArray("ipTags"u8);
        writer.WriteEndArray();
        if (resource.UsedBy is { } user)
            writer.WriteReference("ipConfiguration", user);
        writer.WriteEndObject();
        writer.WriteStartObject("sku"u8);
        writer.WriteString("name"u8, resource.Sku);
        writer.WriteString("tier"u8, "Regional");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
