using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;

namespace Causeway.Portal.Pages;

/// <summary>What peering locations are called: what ports say of theirs has no spaces.</summary>
internal sealed class MetroNames
{
    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>As providers offer them.</summary>
    public static async Task<MetroNames> OfAsync(Asked asked)
    {
        var metros = new MetroNames();
        if (asked.Viewer.Subscriptions is [var any, ..])
            foreach (
                Document<ServiceProviderBody> provider in await asked.Client.ServiceProviders.ListAsync(
                    Ids.OfNetwork(Ids.Subscription(any.SubscriptionId), "expressRouteServiceProviders"),
                    asked.Cancellation
                )
            )
            foreach (string name in provider.Body.Properties.PeeringLocations)
                metros._names[Squeezed(name)] = name;
        return metros;
    }

    /// <summary>As people call it; as it is where nobody offers it.</summary>
    public string this[string location] => _names.GetValueOrDefault(Squeezed(location), location);

    /// <summary>As ports and groups of orders have it.</summary>
    public static string Squeezed(string location) => location.Replace(" ", "", StringComparison.Ordinal);
}
