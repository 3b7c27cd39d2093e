using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>A public address record: <c>Free</c>, or <c>InUse</c> by an IP configuration of a gateway, which keeps it from being deleted.</summary>
public sealed class PublicIpAddressWorkflow : Workflow<PublicIpAddress>
{
    public override string Type => PublicIpAddress.ResourceType;

    protected override JsonTypeInfo<PublicIpAddress> Json => NetworksJson.Default.PublicIpAddress;

    public override Decision<PublicIpAddress> Decide(PublicIpAddress? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutPublicIp put) => Move(Apply(put, put.ResourceGuid, usedBy: null), "created"),
            ({ } ip, PutPublicIp put) when ip.Location != put.Location => Refuse(NetworkErrors.LocationFixed(ip, put.Location)),
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
            ({ UsedBy: { } }, UsePublicIp) => new Decision<PublicIpAddress>.Stay("already used by it"),
            ({ } ip, UsePublicIp use) => Move(ip with { UsedBy = use.IpConfiguration }, $"used by {use.IpConfiguration.Name}"),
            ({ } ip, ReleasePublicIp release) when ip.UsedBy == release.IpConfiguration => Move(ip with { UsedBy = null }, "released"),
            ({ }, ReleasePublicIp) => new Decision<PublicIpAddress>.Stay("not used by it"),

            ({ } ip, ReplaceTags tags) => Move(ip with { Tags = tags.Tags }, "tags replaced"),
            ({ UsedBy: { } user }, DeletePublicIp) => Refuse(
                Refusal.Invalid(
                    "PublicIPAddressCannotBeDeleted",
                    $"Public IP address {current.Id} can not be deleted since it is still allocated to resource {user}. In order to delete the public IP, disassociate/detach the Public IP address from the resource."
                )
            ),
            ({ }, DeletePublicIp) => new Decision<PublicIpAddress>.End("deleted"),

            (null, DeletePublicIp or ReleasePublicIp) => new Decision<PublicIpAddress>.Stay("there is no such address"),
            (null, UsePublicIp) => Refuse(NetworkErrors.Gone("The public IP address")),
            (null, ReplaceTags) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such public IP address.")),
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
            UsedBy = usedBy,
        };

    private static Decision<PublicIpAddress>.Move Move(PublicIpAddress next, string why) => new(next, why);

    private static Decision<PublicIpAddress>.Refuse Refuse(Refusal refusal) => new(refusal);
}
