using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;
using Causeway.Domain.Networks;
using Causeway.Workflows;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/virtualWans</c>: as far as circuits need them, which is that hubs name one.</summary>
public sealed class VirtualWans : Feature
{
    protected internal override void Define(FeatureBuilder f) =>
        f.Tracked<VirtualWan, VirtualWanWorkflow>(NetworkTypes.Wan).Wire<VirtualWanWire>().ETagHeader();
}

internal sealed class VirtualWanWire() : Wire<VirtualWan, VirtualWanBody>(() => NetworksContract.Default.VirtualWanBody)
{
    /// <summary>Azure's defaults.</summary>
    private const string Unsaid =
        """{"disableVpnEncryption":false,"allowBranchToBranchTraffic":true,"office365LocalBreakoutCategory":"None"}""";

    protected override Asked Read(ArmRequest request, BodyReader body, VirtualWan? present)
    {
        string? location = body.Location(present?.Location);
        BodyReader properties = body.Object("properties");
        return new PutVirtualWan(
            request.Now,
            request.Id,
            location!,
            body.Tags(),
            properties.OneOf("type", ["Standard", "Basic"]) ?? present?.Kind ?? "Standard",
            properties.Kept(
                Unsaid,
                "disableVpnEncryption",
                "allowBranchToBranchTraffic",
                "allowVnetToVnetTraffic",
                "office365LocalBreakoutCategory"
            ),
            Guid.NewGuid()
        );
    }

    protected override VirtualWanBody Body(Versioned<VirtualWan> resource, Moment moment)
    {
        VirtualWan wan = resource.Resource;
        return new VirtualWanBody
        {
            Name = wan.Id.Name,
            Id = wan.Id.Text,
            Etag = Preconditions.Format(resource.ETag),
            Type = VirtualWan.ResourceType,
            Location = wan.Location,
            Tags = wan.Tags,
            Properties = new()
            {
                ProvisioningState = moment.State(),
                VirtualHubs = wan.Hubs.IsEmpty ? null : [.. wan.Hubs.Select(h => new ReferenceBody(h.Text))],
                Type = wan.Kind,
                Kept = KeptMembers.Shown(wan.Kept, Unsaid),
            },
        };
    }
}
