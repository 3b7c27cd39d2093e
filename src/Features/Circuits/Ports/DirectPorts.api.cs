using System.Collections.Immutable;
using System.Globalization;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary><c>Microsoft.Network/expressRoutePorts</c> (ExpressRoute Direct): ports of a customer's own, their links, keys and letters, and where they can be had.</summary>
public sealed class DirectPorts : Feature
{
    internal static ArmType Port { get; } = Namespaces.Network.Type("expressRoutePorts");

    internal static ArmType Link { get; } = Port.Child("links");

    internal static ArmType Authorization { get; } = Port.Child("authorizations");

    internal static ArmType PortsLocation { get; } =
        Namespaces.Network.Type("expressRoutePortsLocations") with
        {
            Locations = [],
            SupportsTags = false,
        };

    protected internal override void Define(FeatureBuilder f)
    {
        f.Tracked<DirectPort, DirectPortWorkflow>(Port).Wire<DirectPortWire>().ETagHeader();
        f.Types(Link, Authorization, PortsLocation).Endpoints<DirectPortEndpoints>();
    }
}

internal sealed class DirectPortWire(Func<NetworkTopology> topology)
    : Wire<DirectPort, DirectPortBody>(() => DirectPortContract.Default.DirectPortBody)
{
    private static readonly string[] s_ciphers = ["GcmAes128", "GcmAes256", "GcmAesXpn128", "GcmAesXpn256"];
    private static readonly string[] s_names = ["link1", "link2"];

    protected override Asked Read(ArmRequest request, BodyReader body, DirectPort? present)
    {
        string? region = body.Location(present?.Location);
        BodyReader properties = body.Object("properties", required: true);
        string? place = properties.String("peeringLocation", 200, required: present is null) ?? present?.PeeringLocation;
        int? gbps = properties.Integer("bandwidthInGbps", 1, 1000, required: present is null) ?? present?.BandwidthGbps;
        string? words = properties.OneOf("encapsulation", ["Dot1Q", "QinQ"], required: present is null);
        Encapsulation encapsulation = words is null ? present?.Encapsulation ?? default : Enum.Parse<Encapsulation>(words);
        CircuitFamily? billing = properties.Enum<CircuitFamily>("billingType");
        PortLink? primary = null,
            secondary = null;
        foreach (BodyReader link in properties.Objects("links", most: 2) ?? [])
        {
            string? name = link.OneOf("name", s_names, required: true);
            if (name == s_names[0])
                primary = Link(link.Object("properties"), present?.Primary ?? new());
            else if (name == s_names[1])
                secondary = Link(link.Object("properties"), present?.Secondary ?? new());
        }
        BodyReader identity = body.Object("identity");
        identity.OneOf("type", ["UserAssigned", "None"]);
        ImmutableArray<string> identities = [.. identity.Object("userAssignedIdentities").MemberNames.Take(20)];
        PeeringLocation? location = place is null ? null : topology().FindLocation(place);
        Edge? edge = present?.Edge;
        if (present is null && place is not null && gbps is { } size)
        {
            RouterPair? pair = location?.Pairs.Where(p => p.PortBandwidth.Mbps >= size * 1000).MaxBy(p => p.PortBandwidth.Mbps);
            if (location is null)
                properties.Problem(
                    "InvalidParameter",
                    "peeringLocation",
                    $"'{place}' is no location with ports: choose one of {string.Join(", ", topology().PeeringLocations.Select(l => l.Name))}."
                );
            else if (!DirectPort.Offered.Contains(size) || pair is null)
                properties.Problem(
                    "InvalidParameter",
                    "bandwidthInGbps",
                    $"Ports of {size} Gbps are not to be had at {location.Name}: choose {string.Join(" or ", OffersAt(location).DefaultIfEmpty(0))}."
                );
            else
                edge = new Edge(pair.Name, pair.Primary.Name, pair.Secondary.Name);
        }
        return body.Refusal is { } no
            ? no
            : new PutDirectPort(request.Now, request.Id, region!, location?.Name ?? place!, gbps!.Value, edge!)
            {
                Tags = body.Tags(),
                Encapsulation = encapsulation,
                Billing = billing,
                Primary = primary,
                Secondary = secondary,
                Identities = identities,
                ResourceGuid = Guid.NewGuid(),
            };
    }

    /// <summary>Sizes of ports that a location's routers have.</summary>
    public static IEnumerable<int> OffersAt(PeeringLocation location) =>
        DirectPort.Offered.Where(o => location.Pairs.Any(p => p.PortBandwidth.Mbps >= o * 1000));

    private static PortLink Link(BodyReader link, PortLink before)
    {
        string? state = link.OneOf("adminState", ["Enabled", "Disabled"]);
        BodyReader macSec = link.Object("macSecConfig");
        return new PortLink(
            state is null ? before.Enabled : state == "Enabled",
            macSec.IsPresent ? macSec.String("cknSecretIdentifier", 512) : before.Ckn,
            macSec.IsPresent ? macSec.String("cakSecretIdentifier", 512) : before.Cak,
            macSec.OneOf("cipher", s_ciphers) ?? before.Cipher,
            macSec.OneOf("sciState", ["Disabled", "Enabled"]) ?? before.SciState
        );
    }

    /// <summary>Who said nothing of it is not shown the default before (recorded without of 2021, described with in 2024).</summary>
    private const string BillingSince = "2024-01-01";

    protected override ValueTask<DirectPortBody> BodyAsync(ArmRequest request, Versioned<DirectPort> resource, Moment moment) =>
        new(Body(resource, moment, showsBilling: resource.Resource.Billing != CircuitFamily.MeteredData || request.IsSince(BillingSince)));

    private DirectPortBody Body(Versioned<DirectPort> resource, Moment moment, bool showsBilling)
    {
        DirectPort port = resource.Resource;
        bool made = moment == Moment.Created;
        return new DirectPortBody
        {
            Name = port.Id.Name,
            Id = port.Id.Text,
            Etag = Preconditions.Format(resource.ETag),
            Type = DirectPort.ResourceType,
            Location = port.Location,
            Tags = port.Tags,
            Identity = port.Identities.IsEmpty
                ? null
                : new("userAssigned", port.Identities.ToDictionary(i => i, _ => new AssignedIdentityBody())),
            Properties = new()
            {
                ProvisioningState = moment.State(),
                ResourceGuid = port.ResourceGuid,
                Links = [.. Sides.Both.Select(s => Link(resource, s, moment))],
                PeeringLocation = port.PeeringLocation,
                BandwidthInGbps = port.BandwidthGbps,
                Encapsulation = port.Encapsulation.ToString(),
                BillingType = showsBilling ? port.Billing.ToString() : null,
                ProvisionedBandwidthInGbps = port.ProvisionedMbps / 1000.0,
                Mtu = made ? null : "1500",
                EtherType = made ? null : "0x8100",
                AllocationDate = made ? null : port.Allocated.ToString("dddd, MMMM d, yyyy", CultureInfo.InvariantCulture),
                Circuits = port.Circuits.IsEmpty ? null : [.. port.Circuits.Select(c => new ReferenceBody(c.Id.Text))],
            },
        };
    }

    public static string NameOf(Side side) => s_names[(int)side];

    public PortLinkBody Link(Versioned<DirectPort> resource, Side side, Moment moment = Moment.Read)
    {
        DirectPort port = resource.Resource;
        PortLink link = port.On(side);
        bool made = moment == Moment.Created;
        string router = port.Edge.RouterOf(side);
        RouterDefinition? known = made ? null : topology().FindRouter(router);
        return new PortLinkBody
        {
            Name = NameOf(side),
            Id = port.Id.Child("links", NameOf(side)).Text,
            Etag = Preconditions.Format(resource.ETag),
            Properties = new()
            {
                ProvisioningState = moment.State(),
                RouterName = made ? null : router,
                InterfaceName = known?.PortName,
                PatchPanelId = known?.Place.PatchPanel,
                RackId = known?.Place.Rack,
                ColoLocation = known?.Place.Colo,
                ConnectorType = "LC",
                AdminState = link.Enabled ? "Enabled" : "Disabled",
                MacSecConfig = new(link.Ckn, link.Cak, link.Cipher, link.SciState),
            },
            Type = DirectPorts.Link.FullName,
        };
    }
}

/// <summary>What is below a port, and where ports can be had.</summary>
internal sealed class DirectPortEndpoints(Tracked<DirectPort> ports, DirectPortWire wire, CircuitDesk desk) : IEndpoints
{
    private static readonly DirectPortContract s_json = DirectPortContract.Default;

    public void Map(IEndpointRouteBuilder routes)
    {
        var links = new Nested<DirectPort, object>(
            ports,
            (_, port, side, moment) => new(ArmBody.Of(wire.Link(port, (Side)side, moment), s_json.PortLinkBody))
        )
        {
            Segment = "links",
            All = _ => [.. Sides.Both.Cast<object>()],
            NameOf = side => DirectPortWire.NameOf((Side)side),
            ETagHeader = true,
        };
        routes
            .Arm(DirectPorts.Link)
            .Get(links.GetAsync, () => s_json.PortLinkBody)
            .ListInParent(links.ListAsync, () => s_json.PortLinkBody);

        var authorizations = new Nested<DirectPort, PortAuthorization>(ports, AuthorizationAsync)
        {
            Segment = "authorizations",
            All = port => port.Authorizations,
            NameOf = a => a.Name,
        };
        routes
            .Arm(DirectPorts.Authorization)
            .Put(
                r =>
                    authorizations.PutAsync(
                        r,
                        (_, _) => new PutPortAuthorization(r.Now, r.Id.Name, desk.NewAuthorizationKey()),
                        optionalBody: true
                    ),
                ArmContract
                    .CreateOrUpdate(DirectPorts.Authorization, () => s_json.PortAuthorizationBody, () => s_json.PortAuthorizationBody)
                    .AsOperation() with
                {
                    IsBodyOptional = true,
                }
            )
            .Get(authorizations.GetAsync, () => s_json.PortAuthorizationBody)
            .Delete(r => authorizations.DeleteAsync(r, a => new DeletePortAuthorization(r.Now, a.Name)))
            .ListInParent(authorizations.ListAsync, () => s_json.PortAuthorizationBody)
            .Post(
                "listKeys",
                r =>
                    authorizations.OneAsync(
                        r,
                        (_, a) =>
                            new ArmResult.Ok(
                                ArmBody.Of(new AuthorizationKeyBody(desk.Reveal(a.Key)), CircuitsContract.Default.AuthorizationKeyBody)
                            )
                    ),
                new("ListKeys", "Reveals the key of an authorization of a port.")
                {
                    Answer = () => CircuitsContract.Default.AuthorizationKeyBody,
                    IsOurs = true,
                }
            );
        routes
            .Arm(DirectPorts.Port)
            .Post(
                "generateLoa",
                LetterAsync,
                new("GenerateLOA", "Writes the letter by which a port may be cabled, as a PDF.")
                {
                    Body = () => s_json.LetterQuestionBody,
                    Answer = () => s_json.LetterBody,
                }
            );
        routes
            .Arm(DirectPorts.PortsLocation, ArmLevel.Subscription)
            .Get(
                r =>
                    new(
                        desk.Topology.FindLocation(r.Id.Name) is { } location
                            ? new ArmResult.Ok(ArmBody.Of(Location(r, location, one: true), s_json.PortLocationBody))
                            : ArmErrors.ResourceNotFound(r.Id)
                    ),
                () => s_json.PortLocationBody
            )
            .ListInSubscription(
                r => r.ListAsync(desk.Topology.PeeringLocations, null, _ => r.Id, l => Location(r, l, one: false), s_json.PortLocationBody),
                () => s_json.PortLocationBody
            );
    }

    private async ValueTask<ArmBody> AuthorizationAsync(
        ArmRequest request,
        Versioned<DirectPort> port,
        PortAuthorization authorization,
        Moment moment
    )
    {
        ResourceId id = port.Resource.Id.Child("authorizations", authorization.Name);
        bool keys = await request.MayAsync($"{DirectPorts.Authorization.FullName}/listKeys/action", id);
        return ArmBody.Of(
            new PortAuthorizationBody
            {
                Name = authorization.Name,
                Id = id.Text,
                Etag = Preconditions.Format(port.ETag),
                Properties = new(
                    moment.State(),
                    keys ? desk.Reveal(authorization.Key) : null,
                    authorization.Circuit is null ? "Available" : "InUse",
                    authorization.Circuit?.Text ?? ""
                ),
                Type = DirectPorts.Authorization.FullName,
            },
            s_json.PortAuthorizationBody
        );
    }

    /// <summary>The first api-version with letters: the one before is recorded without.</summary>
    private const string WithLetters = "2020-08-01";

    private async ValueTask<ArmResult> LetterAsync(ArmRequest request)
    {
        if (!request.IsSince(WithLetters))
            return ArmErrors.InvalidResourceType(request.Type.Namespace, request.ApiVersion);
        if (await ports.ReadAsync(request.Id, request.Aborted) is not { } port)
            return await request.NotFoundAsync();
        BodyReader body = await request.BodyAsync();
        string? customer = body.String("customerName", 200, required: true);
        if (body.Refusal is { } no)
            return no;
        byte[] pdf = PortLetter.Pdf(port.Resource, customer!, desk.Topology, request.Now);
        return new ArmResult.Ok(ArmBody.Of(new LetterBody(Convert.ToBase64String(pdf)), s_json.LetterBody));
    }

    private static PortLocationBody Location(ArmRequest request, PeeringLocation location, bool one) =>
        new(
            location.Name,
            $"/subscriptions/{request.Subscription}/providers/{DirectPorts.PortsLocation.FullName}/{location.Name}",
            DirectPorts.PortsLocation.FullName,
            new(
                "Succeeded",
                location.Country is { } country ? $"{location.Name}, {country}" : location.Name,
                "",
                one ? [.. DirectPortWire.OffersAt(location).Select(o => new PortOfferBody($"{o} Gbps", o))] : []
            )
        );
}
