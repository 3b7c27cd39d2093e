using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.Topology;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.InternetPeering;

/// <summary>What there is of Peering Service, from the topology's <c>peeringServices</c>: locations, countries and providers, and who is available where.</summary>
internal sealed class PeeringServiceOfferEndpoints(Func<NetworkTopology> topology) : IEndpoints
{
    private PeeringServiceOffer Offer => topology().PeeringServices;

    public void Map(IEndpointRouteBuilder routes)
    {
        PeeringLocationsContract json = PeeringLocationsContract.Default;
        routes
            .Arm(PeeringCatalogue.ServiceLocations, ArmLevel.Subscription)
            .ListInSubscription(
                LocationsAsync,
                () => json.PeeringServiceLocationBody,
                new ArmParameter("country", "Only those of this country, by its name.")
            );
        routes
            .Arm(PeeringCatalogue.ServiceCountries, ArmLevel.Subscription)
            .ListInSubscription(CountriesAsync, () => json.PeeringServiceCountryBody);
        routes
            .Arm(PeeringCatalogue.ServiceProviders, ArmLevel.Subscription)
            .ListInSubscription(ProvidersAsync, () => json.PeeringServiceProviderBody);
        routes.MapArm(
            $"/subscriptions/{{subscription}}/providers/{PeeringCatalogue.Availability.FullName}",
            new ArmEndpoint(PeeringCatalogue.Availability, "POST", $"{PeeringCatalogue.Availability.FullName}/action", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract(
                    "Check",
                    "Says whether a provider of Peering Service serves a location: Available or Unavailable."
                )
                {
                    Body = () => json.ProviderAvailabilityBody,
                    Answer = () => json.String,
                },
            },
            AvailableAsync
        );
    }

    private ValueTask<ArmResult> LocationsAsync(ArmRequest request)
    {
        string? country = request.Query("country");
        return request.ListAsync(
            [.. Offer.Locations.Where(l => string.IsNullOrEmpty(country) || l.Country.Equals(country, StringComparison.OrdinalIgnoreCase))],
            null,
            _ => request.Id,
            l => new PeeringServiceLocationBody(
                new(l.Country, l.Name, l.Region),
                l.Name,
                PeeringCatalogue.IdOf(request, PeeringCatalogue.ServiceLocations, l.Name, since: "2020-01-01-preview"),
                PeeringCatalogue.ServiceLocations.FullName
            ),
            PeeringLocationsContract.Default.PeeringServiceLocationBody
        );
    }

    private ValueTask<ArmResult> CountriesAsync(ArmRequest request) =>
        request.ListAsync(
            [.. Offer.Locations.Select(l => l.Country).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)],
            null,
            _ => request.Id,
            c => new PeeringServiceCountryBody(
                c,
                $"{request.Id.Text}/providers/{PeeringCatalogue.ServiceCountries.FullName}/{c}",
                PeeringCatalogue.ServiceCountries.FullName
            ),
            PeeringLocationsContract.Default.PeeringServiceCountryBody
        );

    private ValueTask<ArmResult> ProvidersAsync(ArmRequest request) =>
        request.ListAsync(
            Offer.Providers,
            null,
            _ => request.Id,
            p => new PeeringServiceProviderBody(
                new(p.Name, request.IsSince("2021-01-01") ? p.PeeringLocations : null),
                p.Name,
                PeeringCatalogue.IdOf(request, PeeringCatalogue.ServiceProviders, p.Name),
                PeeringCatalogue.ServiceProviders.FullName
            ),
            PeeringLocationsContract.Default.PeeringServiceProviderBody
        );

    private async ValueTask<ArmResult> AvailableAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        string? location = body.String("peeringServiceLocation", 200, required: true),
            provider = body.String("peeringServiceProvider", 200, required: true);
        if (body.Refusal is { } no)
            return no;
        return ArmResult.Of(
            Offer.FindProvider(provider!)?.Serves(location!) == true ? "Available" : "Unavailable",
            PeeringLocationsContract.Default.String
        );
    }
}
