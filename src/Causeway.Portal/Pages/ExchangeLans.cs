using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;
using Causeway.Portal.Components;

namespace Causeway.Portal.Pages;

/// <summary>Somebody on the LAN of an exchange.</summary>
/// <param name="Path">Of the page of the peering.</param>
/// <param name="Sessions">Address and state (RFC 4271 §8.2.2, or where the connection is on its way to one) of each family.</param>
public sealed record LanMember(string Name, string Peer, string Path, string Tone, IReadOnlyList<(string Address, string State)> Sessions);

/// <summary>The LAN of an exchange: our addresses there, and those with whom we meet.</summary>
public sealed record ExchangeLan(string Name, string Place, string Prefixes, IReadOnlyList<string> Ours, IReadOnlyList<LanMember> Members);

/// <summary>The exchanges at which the viewer meets us, or at which we meet all whom the viewer may see.</summary>
internal static class ExchangeLans
{
    private static readonly string[] WorstFirst = ["bad", "wait", "plain", "good"];

    public static Fragment Fragment(Asked asked) =>
        new(
            "lans",
            ["*/Microsoft.Peering/peerings/"],
            async () =>
                Show.Of<ExchangeLanView>(
                    (nameof(ExchangeLanView.Words), asked.Words),
                    (nameof(ExchangeLanView.Lans), await ReadAsync(asked))
                )
        );

    private static async Task<IReadOnlyList<ExchangeLan>> ReadAsync(Asked asked)
    {
        if (asked.Viewer.Subscriptions is not [var any, ..])
            return [];
        Task<IReadOnlyList<Document<PeeringLocationBody>>> places = asked.Client.PeeringOffers.LocationsAsync(
            Ids.Subscription(any.SubscriptionId),
            "Exchange",
            asked.Cancellation
        );
        IReadOnlyList<Document<InternetPeeringBody>> peerings = await Lists.OfAllAsync<Document<InternetPeeringBody>>(
            asked,
            s =>
                asked.Client.InternetPeerings.ListAsync(
                    InternetPeeringsClient.PathOf(Ids.Subscription(s.SubscriptionId), ""),
                    asked.Cancellation
                )
        );
        PeerNames names = await PeerNames.OfAsync(asked);
        return
        [
            .. from place in await places
            from exchange in place.Body.Properties.Exchange?.PeeringFacilities ?? []
            let members = (
                from peering in peerings
                where peering.Body.Kind == "Exchange"
                from connection in peering.Body.Connections
                where connection.PeeringDbFacilityId == exchange.PeeringDbFacilityId
                select MemberOf(asked, names, peering.Body, connection)
            ).ToArray()
            where members.Length > 0
            select new ExchangeLan(
                exchange.ExchangeName,
                place.Body.Properties.PeeringLocation,
                string.Join(", ", new[] { exchange.FacilityIPv4Prefix, exchange.FacilityIPv6Prefix }.Where(x => !string.IsNullOrEmpty(x))),
                [.. Addresses(exchange.MicrosoftIPv4Address).Concat(Addresses(exchange.MicrosoftIPv6Address))],
                members
            ),
        ];
    }

    private static LanMember MemberOf(Asked asked, PeerNames names, InternetPeeringBody peering, ExchangeConnectionBody connection)
    {
        (string Address, string State, bool IsConnection)[] sessions =
        [
            .. new[]
            {
                (Address: connection.BgpSession?.PeerSessionIPv4Address, State: connection.BgpSession?.SessionStateV4),
                (Address: connection.BgpSession?.PeerSessionIPv6Address, State: connection.BgpSession?.SessionStateV6),
            }
                .Where(x => !string.IsNullOrEmpty(x.Address))
                .Select(x =>
                    (x.Address!, x.State is null or "None" ? connection.ConnectionState ?? "" : x.State, x.State is null or "None")
                ),
        ];
        string[] tones = [.. sessions.Select(x => ToneOf(x.State))];
        string worst = WorstFirst.FirstOrDefault(tones.Contains) ?? "plain";
        return new LanMember(
            peering.Name ?? "",
            names.Cell(peering.PeerAsn?.Id).Text,
            Cell.PathOf(peering.Id ?? ""),
            worst,
            [.. sessions.Select(x => (x.Address, x.IsConnection ? x.State : Cell.Session(asked.Words, x.State).Text))]
        );
    }

    /// <summary>A session that is there has its own scale; one that is not yet, that of its connection.</summary>
    private static string ToneOf(string state) => Tones.OfSession(state) is var tone and not "plain" ? tone : Tones.Of(state);

    private static string[] Addresses(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
