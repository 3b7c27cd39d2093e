using System.Text.Json;
using Causeway.Contracts.InternetPeering;

namespace Causeway.Client.InternetPeering;

/// <summary>What there is to peer with, what is registered under a peering, Peering Services, and the looking glass.</summary>
public sealed class PeeringOffersClient(ArmClient arm)
    : ResourceClient<PeeringLocationBody>(arm, InternetPeeringsClient.PeeringVersion, PeeringLocationsContract.Default.PeeringLocationBody)
{
    private static string In(string subscription) => $"{subscription}/providers/Microsoft.Peering";

    /// <param name="kind"><c>Exchange</c> or <c>Direct</c>.</param>
    public Task<IReadOnlyList<Document<PeeringLocationBody>>> LocationsAsync(
        string subscription,
        string kind,
        CancellationToken cancellation
    ) => ListAsync($"{In(subscription)}/peeringLocations?kind={kind}", cancellation);

    /// <summary>The policy by which the network peers; of a network, also what of it is so.</summary>
    /// <param name="asn">Null for the policy alone.</param>
    /// <param name="exchange">Its ix number in PeeringDB.</param>
    public async Task<Document<PeeringPolicyBody>> PolicyAsync(
        string subscription,
        long? asn,
        long? exchange,
        string? address,
        CancellationToken cancellation
    )
    {
        string query = string.Join(
            '&',
            new[] { ("peerAsn", $"{asn}"), ("peeringDBFacilityId", $"{exchange}"), ("address", address ?? "") }
                .Where(q => q.Item2.Length > 0)
                .Select(q => $"{q.Item1}={Uri.EscapeDataString(q.Item2)}")
        );
        return Document<PeeringPolicyBody>.Of(
            await Arm.GetAsync(
                $"{subscription}/providers/Causeway.Operations/peeringPolicy{(query.Length > 0 ? $"?{query}" : "")}",
                "2026-11-01",
                cancellation
            ),
            PolicyContract.Default.PeeringPolicyBody
        );
    }

    /// <summary>Sessions from before, at a location.</summary>
    public Task<IReadOnlyList<Document<LegacyPeeringBody>>> LegacyAsync(
        string subscription,
        string location,
        CancellationToken cancellation
    ) =>
        ListAsync(
            $"{In(subscription)}/legacyPeerings?kind=Exchange&peeringLocation={Uri.EscapeDataString(location)}",
            PeeringLocationsContract.Default.LegacyPeeringBody,
            cancellation
        );

    public Task<IReadOnlyList<Document<PeeringServiceProviderBody>>> ProvidersAsync(string subscription, CancellationToken cancellation) =>
        ListAsync($"{In(subscription)}/peeringServiceProviders", PeeringLocationsContract.Default.PeeringServiceProviderBody, cancellation);

    public Task<IReadOnlyList<Document<PeeringServiceLocationBody>>> ServiceLocationsAsync(
        string subscription,
        CancellationToken cancellation
    ) =>
        ListAsync($"{In(subscription)}/peeringServiceLocations", PeeringLocationsContract.Default.PeeringServiceLocationBody, cancellation);

    public Task<IReadOnlyList<Document<RegisteredPrefixBody>>> RegisteredAsync(string peering, CancellationToken cancellation) =>
        ListAsync($"{peering}/registeredPrefixes", RegisteredContract.Default.RegisteredPrefixBody, cancellation);

    /// <summary>Registers a prefix of a customer under a peering.</summary>
    public async Task<Document<RegisteredPrefixBody>> RegisterAsync(
        string peering,
        string name,
        string prefix,
        CancellationToken cancellation
    ) =>
        Document<RegisteredPrefixBody>.Of(
            await Arm.PutAsync(
                $"{peering}/registeredPrefixes/{Uri.EscapeDataString(name)}",
                Version,
                JsonSerializer.SerializeToNode(
                    new RegisteredPrefixBody { Properties = new RegisteredPrefixProperties { Prefix = prefix } },
                    RegisteredContract.Default.RegisteredPrefixBody
                )!,
                wait: true,
                cancellation
            ),
            RegisteredContract.Default.RegisteredPrefixBody
        );

    /// <param name="command"><c>BgpRoute</c>, <c>Ping</c> or <c>Traceroute</c>.</param>
    /// <param name="location">Name of a peering location.</param>
    public async Task<Document<LookingGlassBody>> LookAsync(
        string subscription,
        string command,
        string location,
        string destination,
        CancellationToken cancellation
    ) =>
        Document<LookingGlassBody>.Of(
            (
                await Arm.PostAsync(
                    $"{In(subscription)}/lookingGlass?command={command}&sourceType=EdgeSite&sourceLocation={Uri.EscapeDataString(location)}&destinationIP={Uri.EscapeDataString(destination)}",
                    Version,
                    null,
                    cancellation
                )
            )!,
            LookingGlassContract.Default.LookingGlassBody
        );
}

public static class PeeringOffersAccess
{
    extension(CausewayClient client)
    {
        public PeeringOffersClient PeeringOffers => new(client.Arm);
    }
}
