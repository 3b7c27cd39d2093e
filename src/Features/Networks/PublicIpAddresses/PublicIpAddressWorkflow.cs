using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>A public address record: <c>Free</c>, or <c>InUse</c> by an IP configuration of a gateway, which keeps it from being deleted.</summary>
public sealed class PublicIpAddressWorkflow : TrackedWorkflow<PublicIpAddress>
{
    public override string Type => PublicIpAddress.ResourceType;

    protected override string Called => "public IP address";

    protected override JsonTypeInfo<PublicIpAddress> Json => NetworksJson.Default.PublicIpAddress;

    public override IReadOnlyList<string> Told => ["tags", "sku", "allocation", "version", "idleTimeoutMinutes", "zones", "usedBy"];

    protected override Decision<PublicIpAddress> DecideOn(PublicIpAddress? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutPublicIp put) => Move(Apply(put, put.ResourceGuid, usedBy: null), "created"),
            ({ } ip, PutPublicIp put) when ip.Sku != put.Sku => Refuse(NetworkErrors.Fixed("sku.name", ip.Sku, put.Sku)),
            ({ } ip, PutPublicIp put) when ip.Version != put.Version => Refuse(
                NetworkErrors.Fixed("properties.publicIPAddressVersion", ip.Version, put.Version)
            ),
            ({ } ip, PutPublicIp put) => Move(Apply(put, ip.ResourceGuid, ip.UsedBy), "updated"),

            ({ UsedBy: { } user }, UsePublicIp use) when user != use.IpConfiguration => Refuse(
                Refusal.Invalid(
                    "PublicIPAddressInUse",
                    $"Resource {use.IpConfiguration} is referencing public IP address {current.Id} that is already allocated to resource {user}."
                )
            ),
            ({ UsedBy: { } }, UsePublicIp) => Stay("already used by it"),
            ({ } ip, UsePublicIp use) => Move(ip with { UsedBy = use.IpConfiguration }, $"used by {use.IpConfiguration.Name}"),
            ({ } ip, ReleasePublicIp release) when ip.UsedBy == release.IpConfiguration => Move(ip with { UsedBy = null }, "released"),
            ({ }, ReleasePublicIp) => Stay("not used by it"),

            ({ UsedBy: { } user }, DeleteResource) => Refuse(
                Refusal.Invalid(
                    "PublicIPAddressCannotBeDeleted",
                    $"Public IP address {current.Id} can not be deleted since it is still allocated to resource {user}. In order to delete the public IP, disassociate/detach the Public IP address from the resource."
                )
            ),
            ({ }, DeleteResource) => End("deleted"),

            (null, ReleasePublicIp) => Stay("there is no such address"),
            (null, UsePublicIp) => Refuse(References.Gone("The public IP address")),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    private static PublicIpAddress Apply(PutPublicIp put, Guid guid, ResourceId? usedBy) =>
        new()
        {
            Id = put.Id,
            Location = put.Location,
            Tags = put.Tags,
            ResourceGuid = guid,
            Sku = put.Sku,
            Allocation = put.Allocation,
            Version = put.Version,
            IdleTimeoutMinutes = put.IdleTimeoutMinutes,
            Zones = put.Zones,
            Kept = put.Kept,
            UsedBy = usedBy,
        };
}
