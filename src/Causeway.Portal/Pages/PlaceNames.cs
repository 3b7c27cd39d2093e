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
    /// <param name="peering">Whose places they are; in its subscription they are read, also for whoever has a link to it only.</param>
    public static async Task<PlaceNames> OfAsync(Asked asked, string kind, string peering)
    {
        var places = new PlaceNames();
        IReadOnlyList<Document<PeeringLocationBody>> locations;
        try
        {
            locations = await asked.Client.PeeringOffers.LocationsAsync(
                Ids.Subscription(CustomerLists.SubscriptionOf(peering)),
                kind,
                asked.Cancellation
            );
        }
        catch (ArmException e) when (e.Status is 403 or 404)
        {
            return places;
        }
        foreach (Document<PeeringLocationBody> location in locations)
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
