using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway provider list</c>: which connectivity providers there are.</summary>
internal static class ServiceProviderVerbs
{
    public static IEnumerable<Twig> Twigs => [new("provider", () => [All()])];

    private static Verb All() =>
        Shape.List(
            "list",
            ["causeway provider list"],
            "no providers",
            call =>
                call.Client.ServiceProviders.ListAsync(
                    Ids.OfNetwork(call.SubscriptionPath, "expressRouteServiceProviders"),
                    call.Cancellation
                ),
            [
                new("provider", p => p.Name),
                new("locations", p => p.Properties.PeeringLocations),
                new("bandwidths", p => p.Properties.BandwidthsOffered.Select(b => b.OfferName)),
            ]
        );
}
