using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/publicIPAddresses</c>: what gateway scripts create first. No address is ever given out.</summary>
public sealed class PublicIpAddresses : Feature
{
    protected internal override void Define(FeatureBuilder f) =>
        f.Tracked<PublicIpAddress, PublicIpAddressWorkflow>(NetworkTypes.PublicIp)
            .Wire<PublicIpAddressWire>()
            .ETagHeader()
            .Cascade<PublicIpAddressCascade>();
}

internal sealed class PublicIpAddressWire() : Wire<PublicIpAddress, PublicIpAddressBody>(() => NetworksContract.Default.PublicIpAddressBody)
{
    /// <summary>What is shown of an address that did not say so.</summary>
    private const string Unsaid = """{"ipTags":[]}""";

    private static readonly string[] s_absent = ["publicIPPrefix", "natGateway", "linkedPublicIPAddress"];

    protected override Asked Read(ArmRequest request, BodyReader body, PublicIpAddress? present)
    {
        string? location = body.Location(present?.Location);
        string sku = body.Object("sku").OneOf("name", ["Basic", "Standard"]) ?? present?.Sku ?? "Basic";
        BodyReader properties = body.Object("properties");
        foreach (string absent in s_absent)
            if (properties.HasSome(absent))
                properties.Problem(
                    "NotSupported",
                    absent,
                    $"'{absent}' cannot be given: this installation has no such resources, and would not do what it says."
                );
        string allocation =
            properties.OneOf("publicIPAllocationMethod", ["Static", "Dynamic"]) ?? (sku == "Standard" ? "Static" : "Dynamic");
        if (sku == "Standard" && allocation == "Dynamic")
            properties.Problem(
                "StandardSkuPublicIPAddressesMustBeStatic",
                "publicIPAllocationMethod",
                "A Standard public address is Static: set publicIPAllocationMethod to Static, or the SKU to Basic."
            );
        return new PutPublicIp(
            request.Now,
            request.Id,
            location!,
            body.Tags(),
            sku,
            allocation,
            properties.OneOf("publicIPAddressVersion", ["IPv4", "IPv6"]) ?? "IPv4",
            properties.Integer("idleTimeoutInMinutes", 4, 30) ?? 4,
            [.. body.Strings("zones", most: 3, longest: 8) ?? []],
            Guid.NewGuid()
        )
        {
            Kept = properties.Kept(Unsaid, "dnsSettings", "ddosSettings", "ipTags", "deleteOption", "migrationPhase"),
        };
    }

    protected override PublicIpAddressBody Body(Versioned<PublicIpAddress> resource, Moment moment)
    {
        PublicIpAddress address = resource.Resource;
        return new PublicIpAddressBody
        {
            Name = address.Id.Name,
            Id = address.Id.Text,
            Etag = Preconditions.Format(resource.ETag),
            Type = PublicIpAddress.ResourceType,
            Location = address.Location,
            Tags = address.Tags,
            Zones = address.Zones.IsEmpty ? null : address.Zones,
            Properties = new()
            {
                ProvisioningState = moment.State(),
                ResourceGuid = address.ResourceGuid,
                PublicIPAddressVersion = address.Version,
                PublicIPAllocationMethod = address.Allocation,
                IdleTimeoutInMinutes = address.IdleTimeoutMinutes,
                IpConfiguration = address.UsedBy is { } user ? new ReferenceBody(user.Text) : null,
                Kept = KeptMembers.Shown(address.Kept, Unsaid),
            },
            Sku = new(address.Sku, "Regional"),
        };
    }
}

/// <summary>Public addresses go after the gateways that use them; one that is used from elsewhere stays.</summary>
internal sealed class PublicIpAddressCascade(Engine engine, PublicIpAddressWorkflow workflow, TimeProvider clock)
    : Cascade<PublicIpAddress>(engine, workflow, clock)
{
    protected override ValueTask<Refusal?> BlockerAsync(PublicIpAddress resource, ResourceId group, CancellationToken cancellation) =>
        new(
            resource.UsedBy is { } user && !group.Contains(user)
                ? Refusal.Conflict(
                    "PublicIPAddressCannotBeDeleted",
                    $"Public IP address {resource.Id} is in use by {user}: delete that first."
                )
                : null
        );
}
