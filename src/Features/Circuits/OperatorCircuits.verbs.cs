using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.Resources;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway operator circuits</c>: what everybody has.</summary>
internal static class OperatorCircuitVerbs
{
    public static IEnumerable<Twig> Twigs => [new("operator", () => [OfEverybody()], As: "operator")];

    private static Verb OfEverybody() =>
        Shape.List(
            "circuits",
            ["causeway operator circuits", "causeway operator circuits -o json | jq length"],
            "no circuits",
            CircuitsAsync,
            [
                new("name", (CircuitBody c) => c.Name),
                new("subscription", c => c.Id.Split('/').ElementAtOrDefault(2)),
                new("provider", c => c.Properties.ServiceProviderProperties?.ServiceProviderName),
                new("peeringLocation", c => c.Properties.ServiceProviderProperties?.PeeringLocation),
                new("bandwidth", c => c.Properties.BandwidthInMbps is { } mbps ? $"{mbps} Mbps" : null),
                new("sTag", c => c.Properties.Stag is 0 ? null : c.Properties.Stag),
                new("circuitState", c => c.Properties.CircuitProvisioningState),
                new("providerState", c => c.Properties.ServiceProviderProvisioningState),
                new("state", c => c.Properties.ProvisioningState),
            ]
        );

    /// <summary>Subscription by subscription, as the API has no list over all of them.</summary>
    private static async Task<IReadOnlyList<Document<CircuitBody>>> CircuitsAsync(CliCall call)
    {
        var all = new List<Document<CircuitBody>>();
        foreach (Document<SubscriptionBody> subscription in await call.Client.Subscriptions.AllAsync(call.Cancellation))
            all.AddRange(
                await call.Client.Circuits.ListAsync(Ids.Circuits(Ids.Subscription(subscription.Body.SubscriptionId)), call.Cancellation)
            );
        return all;
    }
}
