using System.Globalization;
using System.Text.Json;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Observations;

namespace Causeway.Client.InternetPeering;

/// <summary>Peerings at exchanges, what is done with them by hand, and what may be asked of them.</summary>
public sealed class InternetPeeringsClient(ArmClient arm)
    : ResourceClient<InternetPeeringBody>(arm, PeeringVersion, InternetPeeringContract.Default.InternetPeeringBody)
{
    /// <summary>The api-version of Microsoft.Peering that this client speaks.</summary>
    public const string PeeringVersion = "2022-10-01";

    /// <summary>The id of a peering in a group, or with an empty name their list.</summary>
    public static string PathOf(string container, string name) => Ids.Of(container, "Microsoft.Peering", "peerings", name);

    /// <param name="verb">As in the path: <c>approve</c>, <c>notifyReady</c>.</param>
    public async Task<Document<InternetPeeringBody>> ActAsync(
        string peering,
        string verb,
        ConnectionActionBody body,
        CancellationToken cancellation
    ) =>
        Document<InternetPeeringBody>.Of(
            (
                await Arm.PostAsync(
                    $"{peering}/{verb}",
                    PeeringVersion,
                    JsonSerializer.SerializeToNode(body, InternetPeeringContract.Default.ConnectionActionBody),
                    cancellation
                )
            )!,
            InternetPeeringContract.Default.InternetPeeringBody
        );

    /// <summary>The letter by which the cables of a direct peering may be run.</summary>
    public async Task<Document<LetterOfAuthorizationBody>> LetterAsync(string peering, CancellationToken cancellation) =>
        Document<LetterOfAuthorizationBody>.Of(
            await Arm.GetAsync($"{peering}/letterOfAuthorization", PeeringVersion, cancellation),
            InternetPeeringContract.Default.LetterOfAuthorizationBody
        );

    public Task<IReadOnlyList<Document<ConnectionChecksBody>>> ChecksAsync(string peering, CancellationToken cancellation) =>
        ListAsync($"{peering}/checks", InternetPeeringContract.Default.ConnectionChecksBody, cancellation);

    /// <summary>How the sessions were, quarter-hour by quarter-hour.</summary>
    /// <param name="days">How many days back, 1 to 30.</param>
    public Task<IReadOnlyList<Document<SessionHistoryBody>>> HistoryAsync(string peering, int days, CancellationToken cancellation) =>
        ListAsync(
            string.Create(CultureInfo.InvariantCulture, $"{peering}/history?days={days}"),
            SessionHistoryContract.Default.SessionHistoryBody,
            cancellation
        );

    public Task<IReadOnlyList<Document<PeeringSessionBody>>> SessionsAsync(string peering, CancellationToken cancellation) =>
        ListAsync($"{peering}/sessions", InternetPeeringContract.Default.PeeringSessionBody, cancellation);

    public Task<IReadOnlyList<Document<PeeringMessageBody>>> MessagesAsync(string peering, CancellationToken cancellation) =>
        ListAsync($"{peering}/messages", InternetPeeringContract.Default.PeeringMessageBody, cancellation);

    public Task<IReadOnlyList<Document<ReceivedRouteBody>>> RoutesAsync(string peering, CancellationToken cancellation) =>
        ListAsync($"{peering}/receivedRoutes", InternetPeeringContract.Default.ReceivedRouteBody, cancellation);

    public Task<IReadOnlyList<Document<AnnouncedRouteBody>>> AnnouncedAsync(string peering, CancellationToken cancellation) =>
        ListAsync($"{peering}/announcedRoutes", InternetPeeringContract.Default.AnnouncedRouteBody, cancellation);

    public Task<IReadOnlyList<Document<RefusedPeerRouteBody>>> RefusedAsync(string peering, CancellationToken cancellation) =>
        ListAsync($"{peering}/refusedRoutes", InternetPeeringContract.Default.RefusedPeerRouteBody, cancellation);

    /// <summary>The first accepted routes.</summary>
    /// <param name="prefix">Only it and what lies inside it; null for all.</param>
    public Task<IReadOnlyList<Document<ReceivedRouteBody>>> RoutesAsync(
        string peering,
        string? prefix,
        int most,
        CancellationToken cancellation
    ) => FirstAsync($"{peering}/receivedRoutes{Within(prefix)}", InternetPeeringContract.Default.ReceivedRouteBody, most, cancellation);

    /// <inheritdoc cref="RoutesAsync(string, string?, int, CancellationToken)"/>
    public Task<IReadOnlyList<Document<AnnouncedRouteBody>>> AnnouncedAsync(
        string peering,
        string? prefix,
        int most,
        CancellationToken cancellation
    ) => FirstAsync($"{peering}/announcedRoutes{Within(prefix)}", InternetPeeringContract.Default.AnnouncedRouteBody, most, cancellation);

    /// <inheritdoc cref="RoutesAsync(string, string?, int, CancellationToken)"/>
    public Task<IReadOnlyList<Document<RefusedPeerRouteBody>>> RefusedAsync(
        string peering,
        string? prefix,
        int most,
        CancellationToken cancellation
    ) => FirstAsync($"{peering}/refusedRoutes{Within(prefix)}", InternetPeeringContract.Default.RefusedPeerRouteBody, most, cancellation);

    private static string Within(string? prefix) => prefix is null ? "" : $"?prefix={Uri.EscapeDataString(prefix)}";
}

/// <summary>ASNs of peers, and the operator's review of them.</summary>
public sealed class PeerAsnsClient(ArmClient arm)
    : ResourceClient<PeerAsnBody>(arm, InternetPeeringsClient.PeeringVersion, InternetPeeringContract.Default.PeerAsnBody)
{
    public static string PathOf(string subscription, string name) => Ids.Of(subscription, "Microsoft.Peering", "peerAsns", name);

    /// <param name="verb"><c>approve</c> or <c>reject</c>.</param>
    public async Task<Document<PeerAsnBody>> ReviewAsync(string asn, string verb, string? reason, CancellationToken cancellation) =>
        Document<PeerAsnBody>.Of(
            (
                await Arm.PostAsync(
                    $"{asn}/{verb}",
                    Version,
                    JsonSerializer.SerializeToNode(new ReviewBody(reason), InternetPeeringContract.Default.ReviewBody),
                    cancellation
                )
            )!,
            InternetPeeringContract.Default.PeerAsnBody
        );
}

public static class InternetPeeringsAccess
{
    extension(CausewayClient client)
    {
        public InternetPeeringsClient InternetPeerings => new(client.Arm);

        public PeerAsnsClient PeerAsns => new(client.Arm);
    }
}
