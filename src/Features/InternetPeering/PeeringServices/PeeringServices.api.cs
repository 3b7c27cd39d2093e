using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.InternetPeering;

/// <summary>The wire form of Peering Services: location and provider are of the topology's offer.</summary>
internal sealed class PeeringServiceWire(Func<NetworkTopology> topology)
    : Wire<PeeringService, PeeringServiceBody>(() => PeeringServiceContract.Default.PeeringServiceBody)
{
    private const string WithLocations = "2021-01-01";

    protected override Asked Read(ArmRequest request, BodyReader body, PeeringService? present)
    {
        string? location = body.Location(present?.Location);
        var tags = body.Tags();
        string? sku = body.Object("sku").String("name", 80);
        BodyReader p = body.Object("properties", required: true);
        PeeringServiceOffer offer = topology().PeeringServices;
        string? at = p.String("peeringServiceLocation", 200, required: true),
            by = p.String("peeringServiceProvider", 200, required: true);
        PeeringServiceLocation? place = at is null ? null : offer.FindLocation(at);
        PeeringServiceProvider? provider = by is null ? null : offer.FindProvider(by);
        if (at is not null && place is null)
            p.Problem(
                "PeeringServiceLocationNotFound",
                "peeringServiceLocation",
                $"'{at}' is no location of Peering Service: there are {Listed(offer.Locations.Select(l => l.Name))}."
            );
        if (by is not null && provider is null)
            p.Problem(
                "PeeringServiceProviderNotFound",
                "peeringServiceProvider",
                $"'{by}' is no provider of Peering Service: there are {Listed(offer.Providers.Select(x => x.Name))}."
            );
        else if (place is not null && provider?.Serves(place.Name) == false)
            p.Problem(
                "PeeringServiceProviderUnavailable",
                "peeringServiceProvider",
                $"{provider.Name} does not serve {place.Name}: it serves {Listed(provider.Locations)}."
            );
        string? primary = present?.PrimaryLocation,
            backup = present?.BackupLocation;
        if (request.IsSince(WithLocations))
            (primary, backup) = (Met("providerPrimaryPeeringLocation"), Met("providerBackupPeeringLocation"));
        return place is null || provider is null
            ? Refusal.Invalid("InvalidRequestFormat", "The body is not that of a peering service.") // The body's own problems are told instead.
            : new PutPeeringService(
                request.Now,
                present?.Id ?? request.Id,
                location ?? "",
                tags,
                sku,
                place.Name,
                provider.Name,
                primary,
                backup
            );

        string? Met(string member)
        {
            if (p.String(member, 200) is not { Length: > 0 } name || provider is null)
                return null;
            if (provider.MeetsUsAt(name))
                return provider.PeeringLocations.First(l => l.Equals(name, StringComparison.OrdinalIgnoreCase));
            p.Problem(
                "PeeringLocationNotFound",
                member,
                $"{provider.Name} does not meet us at '{name}': it does at {Listed(provider.PeeringLocations)}."
            );
            return null;
        }

        static string Listed(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } some ? some : "none";
    }

    protected override ValueTask<PeeringServiceBody> BodyAsync(ArmRequest request, Versioned<PeeringService> resource, Moment moment)
    {
        PeeringService s = resource.Resource;
        bool locations = request.IsSince(WithLocations);
        return new(
            new PeeringServiceBody
            {
                Sku = s.Sku is null ? null : new PeeringServiceSkuBody(s.Sku),
                Properties = new PeeringServiceProperties
                {
                    PeeringServiceLocation = s.ServiceLocation,
                    PeeringServiceProvider = s.Provider,
                    ProviderPrimaryPeeringLocation = locations ? s.PrimaryLocation : null,
                    ProviderBackupPeeringLocation = locations ? s.BackupLocation : null,
                    ProvisioningState = "Succeeded",
                },
                Location = s.Location,
                Tags = s.Tags,
                ETag = request.IsSince("2020-04-01") ? null : resource.ETag.ToString("D"),
                Name = s.Id.Name,
                Id = s.Id.Text,
                Type = PeeringService.ResourceType,
            }
        );
    }
}

/// <summary>What lives in the document of a Peering Service: its prefixes, and the tests of its connection monitor.</summary>
internal sealed class PeeringServiceEndpoints(Tracked<PeeringService> services) : IEndpoints
{
    public static ArmType Service { get; } = PeeringCatalogue.Since("peeringServices", "2019-08-01-preview");
    public static ArmType Prefix { get; } = PeeringCatalogue.Since("peeringServices/prefixes", "2019-08-01-preview");
    public static ArmType Test { get; } = PeeringCatalogue.Since("peeringServices/connectionMonitorTests", "2021-06-01");
    public static ArmType Initialize { get; } =
        PeeringCatalogue.Since("initializeConnectionMonitor", "2021-06-01") with
        {
            Locations = [],
            SupportsTags = false,
        };

    private readonly Nested<PeeringService, ServicePrefix> _prefixes = new(
        services,
        (request, service, prefix, _) => new(ArmBody.Of(Shown(request, service, prefix), PeeringServiceContract.Default.ServicePrefixBody))
    )
    {
        Segment = "prefixes",
        All = s => s.Prefixes,
        NameOf = p => p.Name,
    };

    private readonly Nested<PeeringService, MonitorTest> _tests = new(
        services,
        (_, service, test, _) => new(ArmBody.Of(Shown(service.Resource, test), PeeringServiceContract.Default.MonitorTestBody))
    )
    {
        Segment = "connectionMonitorTests",
        All = s => s.MonitorTests,
        NameOf = t => t.Name,
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        PeeringServiceContract json = PeeringServiceContract.Default;
        routes
            .Arm(Prefix)
            .Put(PutPrefixAsync, () => json.ServicePrefixBody)
            .Get(_prefixes.GetAsync, () => json.ServicePrefixBody)
            .Delete(r => _prefixes.DeleteAsync(r, p => new DeleteServicePrefix(r.Now, p.Name)))
            .ListInParent(_prefixes.ListAsync, () => json.ServicePrefixBody);
        routes
            .Arm(Test)
            .Put(PutTestAsync, () => json.MonitorTestBody)
            .Get(_tests.GetAsync, () => json.MonitorTestBody)
            .Delete(r => _tests.DeleteAsync(r, t => new DeleteMonitorTest(r.Now, t.Name)))
            .ListInParent(_tests.ListAsync, () => json.MonitorTestBody);
        routes.MapArm(
            $"/subscriptions/{{subscription}}/providers/{Initialize.FullName}",
            new ArmEndpoint(Initialize, "POST", $"{Initialize.FullName}/action", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract("Initialize", "Does nothing: there is nothing to prepare before tests are kept.")
                {
                    AnswersNothing = true,
                },
            },
            _ => new(new ArmResult.Empty())
        );
    }

    private async ValueTask<ArmResult> PutPrefixAsync(ArmRequest request) =>
        !request.Type.Name.IsMatch(request.Id.Name)
            ? ArmErrors.InvalidName(request.Type, request.Id.Name)
            : await _prefixes.PutAsync(
                request,
                (body, _) =>
                {
                    BodyReader p = body.Object("properties", required: true);
                    string? key = p.String("peeringServicePrefixKey", 64);
                    string? text = p.String("prefix", 64, required: true);
                    if (
                        text is not null
                        && System.Net.IPAddress.TryParse(text, out System.Net.IPAddress? address)
                        && text.Count(c => c == '.') == 3
                    )
                        return new PutServicePrefix(request.Now, request.Id.Name, IpPrefix.Host(address), key);
                    if (text is not null && IpPrefix.TryParse(text, out IpPrefix prefix) && prefix.IsV4)
                        return new PutServicePrefix(request.Now, request.Id.Name, prefix, key);
                    if (text is not null)
                        p.Problem("InvalidAddressPrefixFormat", "prefix", $"'{text}' is none. {ServicePrefixRules.InvalidPrefix}");
                    return Refusal.Invalid("InvalidRequestFormat", "The body is not that of a prefix."); // The body's own problems are told instead.
                }
            );

    private async ValueTask<ArmResult> PutTestAsync(ArmRequest request) =>
        !request.Type.Name.IsMatch(request.Id.Name)
            ? ArmErrors.InvalidName(request.Type, request.Id.Name)
            : await _tests.PutAsync(
                request,
                (body, _) =>
                {
                    BodyReader p = body.Object("properties", required: true);
                    return new PutMonitorTest(
                        request.Now,
                        new MonitorTest(
                            request.Id.Name,
                            p.String("sourceAgent", 200, required: true) ?? "",
                            p.String("destination", 253, required: true) ?? "",
                            p.Integer("destinationPort", 1, 65535) ?? 80,
                            p.Integer("testFrequencyInSec", 1, 86_400) ?? 30
                        )
                    );
                }
            );

    private static ServicePrefixBody Shown(ArmRequest request, Versioned<PeeringService> service, ServicePrefix prefix) =>
        new()
        {
            Properties = new ServicePrefixProperties
            {
                Prefix = prefix.Prefix.Length == 32 ? $"{prefix.Prefix.Address}" : $"{prefix.Prefix}",
                PrefixValidationState = $"{prefix.Seen.State}",
                LearnedType = $"{prefix.Seen.Learned}",
                ErrorMessage = prefix.Seen.Error,
                Events = string.Equals(request.Query("$expand"), "events", StringComparison.OrdinalIgnoreCase)
                    ?
                    [
                        .. prefix.Events.Select(e => new ServicePrefixEventBody(
                            e.At,
                            "PrefixValidationStateChanged",
                            $"{e.From} -> {e.To}",
                            e.To switch
                            {
                                PrefixState.Failed or PrefixState.Invalid => "Error",
                                PrefixState.Warning or PrefixState.Unknown => "Warning",
                                _ => "Informational",
                            },
                            e.Says
                        )),
                    ]
                    : null,
                PeeringServicePrefixKey = prefix.Key,
                ProvisioningState = "Succeeded",
            },
            ETag =
                request.IsSince("2019-09-01-preview") && !request.IsSince("2020-04-01") && request.Endpoint.Method == "PUT"
                    ? service.ETag.ToString("D")
                    : null,
            Name = prefix.Name,
            Id = service.Resource.Id.Child("prefixes", prefix.Name).Text,
            Type = Prefix.FullName,
        };

    private static MonitorTestBody Shown(PeeringService service, MonitorTest test) =>
        new()
        {
            Properties = new MonitorTestProperties
            {
                SourceAgent = test.SourceAgent,
                Destination = test.Destination,
                DestinationPort = test.DestinationPort,
                TestFrequencyInSec = test.FrequencySeconds,
                IsTestSuccessful = false,
                Path = [],
                ProvisioningState = "Succeeded",
            },
            Name = test.Name,
            Id = service.Id.Child("connectionMonitorTests", test.Name).Text,
            Type = Test.FullName,
        };
}
