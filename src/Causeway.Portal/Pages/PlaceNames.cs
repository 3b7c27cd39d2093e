using System.Globalization;
using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;

namespace Causeway.Portal.Pages;

/// <summary>What exchanges and buildings are called, by their number in PeeringDB.</summary>
internal sealed class PlaceNames
{
    private readonly Dictionary<int, string> _names = [];

    /// <param name="kind"><c>Exchange</c> or <c>Direct</c>.</param>
    public static async Task<PlaceNames> OfAsync(Asked asked, string kind)
    {
        var places = new PlaceNames();
        if (asked.Viewer.Subscriptions is [var any, ..])
            foreach (
                Document<PeeringLocationBody> location in await asked.Client.PeeringOffers.LocationsAsync(
                    Ids.Subscription(any.SubscriptionId),
                    kind,
                    asked.Cancellation
                )
            )
            {
                foreach (ExchangeFacilityBody one in location.Body.Properties.Exchange?.PeeringFacilities ?? [])
                    places._names[one.PeeringDbFacilityId] = one.ExchangeName;
                foreach (DirectFacilityBody one in location.Body.Properties.Direct?.PeeringFacilities ?? [])
                    places._names[one.PeeringDbFacilityId] = one.Address;
            }
        return places;
    }

    /// <summary>Its number where no name is known.</summary>
    public Cell Cell(int? number) =>
        Pages.Cell.Of(number is { } n ? _names.GetValueOrDefault(n) ?? n.ToString(CultureInfo.InvariantCulture) : null);
}
