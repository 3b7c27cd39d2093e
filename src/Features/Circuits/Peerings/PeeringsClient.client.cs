using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Observations;

namespace Causeway.Client.Circuits;

/// <summary>Routing domains of a circuit, and what the routers say of them. A side is <c>primary</c> or <c>secondary</c>.</summary>
public sealed class PeeringsClient(ArmClient arm)
    : ResourceClient<PeeringBody>(arm, ArmClient.NetworkVersion, CircuitsContract.Default.PeeringBody)
{
    /// <summary>The first version whose peerings carry signatures.</summary>
    private const string SignaturesVersion = "2024-05-01";

    public Task<Document<PeeringBody>> ConfigureAsync(string peering, PeeringOrder order, bool wait, CancellationToken cancellation) =>
        PutAsync(peering, new PeeringOrderBody(order), CircuitsContract.Default.PeeringOrderBody, wait, cancellation);

    public Task<IReadOnlyList<Document<SessionBody>>> SessionsAsync(string peering, CancellationToken cancellation) =>
        ListAsync($"{peering}/sessions", CircuitsContract.Default.SessionBody, cancellation);

    /// <summary>How the sessions were, quarter-hour by quarter-hour.</summary>
    /// <param name="days">How many days back, 1 to 30.</param>
    public Task<IReadOnlyList<Document<SessionHistoryBody>>> HistoryAsync(string peering, int days, CancellationToken cancellation) =>
        ListAsync(
            string.Create(CultureInfo.InvariantCulture, $"{peering}/history?days={days}"),
            SessionHistoryContract.Default.SessionHistoryBody,
            cancellation
        );

    /// <summary>What each declared prefix rests on.</summary>
    public Task<IReadOnlyList<Document<PrefixEvidenceBody>>> EvidenceAsync(string peering, CancellationToken cancellation) =>
        ListAsync($"{peering}/evidence", CircuitsContract.Default.PrefixEvidenceBody, cancellation);

    /// <summary>Sends what was signed for a prefix that the peering declares; the others' signatures stay.</summary>
    /// <param name="signature">Base64.</param>
    public Task<Document<PeeringBody>> SignAsync(
        string peering,
        string prefix,
        string signature,
        bool wait,
        CancellationToken cancellation
    ) =>
        new ResourceClient<PeeringBody>(Arm, SignaturesVersion, CircuitsContract.Default.PeeringBody).ChangeAsync(
            peering,
            body =>
            {
                JsonNode properties = body["properties"]!;
                foreach (JsonNode? family in (JsonNode?[])[properties, properties["ipv6PeeringConfig"]])
                foreach (JsonNode? info in family?["microsoftPeeringConfig"]?["advertisedPublicPrefixInfo"]?.AsArray() ?? [])
                    if (info!["prefix"]!.ToString() == prefix)
                    {
                        // What it is of, the server knows.
                        info.AsObject().Remove("validationId");
                        info["signature"] = signature;
                    }
            },
            wait,
            cancellation
        );

    /// <summary>What would be proven of prefixes; nothing changes.</summary>
    public Task<IReadOnlyList<Document<PrefixEvidenceBody>>> ValidateAsync(
        string peering,
        ValidatePrefixesBody question,
        CancellationToken cancellation
    ) =>
        AskAsync(
            $"{peering}/validatePrefixes",
            CircuitsContract.Default.PrefixEvidenceBody,
            cancellation,
            JsonSerializer.SerializeToNode(question, CircuitsContract.Default.ValidatePrefixesBody)
        );

    /// <summary>What would be proven of prefixes in a subscription, before there is a peering; nothing changes.</summary>
    /// <param name="subscription">Its path.</param>
    public Task<IReadOnlyList<Document<PrefixEvidenceBody>>> ValidateInAsync(
        string subscription,
        ValidatePrefixesBody question,
        CancellationToken cancellation
    ) =>
        AskAsync(
            $"{subscription}/providers/Causeway.Operations/validatePrefixes?api-version=2026-11-01",
            CircuitsContract.Default.PrefixEvidenceBody,
            cancellation,
            JsonSerializer.SerializeToNode(question, CircuitsContract.Default.ValidatePrefixesBody)
        );

    public Task<IReadOnlyList<Document<RouteEntry>>> RoutesAsync(string peering, string side, CancellationToken cancellation) =>
        AskAsync($"{peering}/routeTables/{side}", CircuitsContract.Default.RouteEntry, cancellation);

    public Task<IReadOnlyList<Document<RouteEntry>>> AcceptedAsync(string peering, string side, CancellationToken cancellation) =>
        AskAsync($"{peering}/acceptedRoutes/{side}", CircuitsContract.Default.RouteEntry, cancellation);

    public Task<IReadOnlyList<Document<RouteEntry>>> AnnouncedAsync(string peering, string side, CancellationToken cancellation) =>
        AskAsync($"{peering}/announcedRoutes/{side}", CircuitsContract.Default.RouteEntry, cancellation);

    public Task<IReadOnlyList<Document<RefusedRouteEntry>>> RefusedAsync(string peering, string side, CancellationToken cancellation) =>
        AskAsync($"{peering}/refusedRoutes/{side}", CircuitsContract.Default.RefusedRouteEntry, cancellation);

    public Task<IReadOnlyList<Document<RouteSummaryEntry>>> SummaryAsync(string peering, string side, CancellationToken cancellation) =>
        AskAsync($"{peering}/routeTablesSummary/{side}", CircuitsContract.Default.RouteSummaryEntry, cancellation);

    public Task<IReadOnlyList<Document<ArpEntry>>> ArpAsync(string peering, string side, CancellationToken cancellation) =>
        AskAsync($"{peering}/arpTables/{side}", CircuitsContract.Default.ArpEntry, cancellation);
}

public static class PeeringsClientAccess
{
    extension(CausewayClient client)
    {
        public PeeringsClient Peerings => new(client.Arm);
    }
}
