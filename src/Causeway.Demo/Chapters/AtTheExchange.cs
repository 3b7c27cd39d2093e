using System.Net;
using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Resources;
using Causeway.Primitives;

namespace Causeway.Demo.Chapters;

/// <summary>A peering at an exchange: under DENY ALL the routers hear everything and take nothing, and then exactly what is proven.</summary>
internal sealed class AtTheExchange(DemoCast cast) : DemoChapter(cast)
{
    private const string Exchange = "AMS-IX";
    private const int PeeringDbIxId = 26;
    private const string Connection = "port-1";
    private static readonly Asn s_asn = new(401_900);
    private static readonly IPAddress s_address = IPAddress.Parse("127.80.0.70");

    /// <summary>Our routers at the exchange, with their addresses in its LAN.</summary>
    private static readonly Dictionary<string, IPAddress> s_routers = new()
    {
        ["ams-x1"] = IPAddress.Parse("127.80.0.1"),
        ["ams-x2"] = IPAddress.Parse("127.80.0.2"),
    };
    private static readonly IpPrefix s_own = IpPrefix.Parse("193.10.0.0/20");
    private static readonly IpPrefix s_anothers = IpPrefix.Parse("194.9.0.0/20");

    private string AsnPath => PeerAsnsClient.PathOf(Subscription, "contoso");

    private string Peering => InternetPeeringsClient.PathOf(ContosoGroup, "amsix");

    public override async Task RunAsync(CancellationToken cancellation)
    {
        await AskAsync(cancellation);
        await ClosedAsync(cancellation);
        await OpenAsync(cancellation);
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "exchange-asn", s_asn);
        await Contoso.PeerAsns.PutAsync(
            AsnPath,
            new PeerAsnBody
            {
                Properties = new PeerAsnProperties
                {
                    PeerAsn = s_asn.Value,
                    PeerName = "Contoso",
                    PeerContactDetail = [new ContactDetailBody("Noc", "noc@contoso.example", null)],
                },
            },
            InternetPeeringContract.Default.PeerAsnBody,
            wait: true,
            cancellation
        );
        Document<PeerAsnBody> asn = await Cast.Operator.PeerAsns.ReviewAsync(AsnPath, "approve", "the letterhead matches", cancellation);
        Tell.Done("Causeway", "exchange-state", "ASN", asn.Body.Properties.ValidationState ?? "");

        await GroupAsync(Contoso, ContosoGroup, cancellation);
        await Tell.StepAsync("Contoso", "exchange-ask", Exchange, s_address);
        await Contoso.InternetPeerings.PutAsync(
            Peering,
            new InternetPeeringBody
            {
                Sku = new PeeringSkuBody("Basic_Exchange_Free"),
                Kind = "Exchange",
                Location = Region,
                Properties = new InternetPeeringProperties
                {
                    PeeringLocation = City,
                    Exchange = new ExchangePropertiesBody(
                        [
                            new ExchangeConnectionBody
                            {
                                PeeringDbFacilityId = PeeringDbIxId,
                                ConnectionIdentifier = Connection,
                                BgpSession = new BgpSessionBody { PeerSessionIPv4Address = $"{s_address}", MaxPrefixesAdvertisedV4 = 10 },
                            },
                        ],
                        new ReferenceBody(AsnPath)
                    ),
                },
            },
            InternetPeeringContract.Default.InternetPeeringBody,
            wait: true,
            cancellation
        );
        await StateAsync("PendingApproval", cancellation);
        await Tell.StepAsync("Causeway", "exchange-approve");
        await Cast.Operator.InternetPeerings.ActAsync(Peering, "approve", new ConnectionActionBody("welcome"), cancellation);
        await StateAsync("Approved", cancellation);
    }

    /// <summary>The session is up, and both ways closed: what the routers themselves have of it is shown.</summary>
    private async Task ClosedAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "exchange-ready", s_own, s_anothers);
        await AnnounceAsync([s_own, s_anothers], cancellation);
        await Contoso.InternetPeerings.ActAsync(Peering, "notifyReady", new ConnectionActionBody(), cancellation);
        await UntilAsync(
            () => Contoso.InternetPeerings.SessionsAsync(Peering, cancellation),
            seen => seen.Count == s_routers.Count && seen.All(s => s.Body is { State: "Established", Mode: "DenyAll" }),
            "both sessions to be Established under DENY ALL",
            cancellation
        );
        Tell.Done("Causeway", "sessions");
        await Tell.StepAsync("Causeway", "exchange-closed");
        RefusedPeerRouteBody[] held = await UntilAsync<RefusedPeerRouteBody[]>(
            async () => [.. (await Contoso.InternetPeerings.RefusedAsync(Peering, cancellation)).Select(r => r.Body)],
            seen => seen.Length == 2 * s_routers.Count,
            "both routers to have heard both prefixes under DENY ALL",
            cancellation
        );
        foreach (RefusedPeerRouteBody route in held.OrderBy(r => r.Router, StringComparer.Ordinal))
            Tell.Route("Causeway", "exchange-held", route.Router, route.Prefix, route.ReasonName);
        int accepted = (await Contoso.InternetPeerings.RoutesAsync(Peering, cancellation)).Count,
            told = s_routers.Keys.Sum(r => Router.Learned(r).Count);
        if (accepted + told > 0)
            throw new ClientException($"Under DENY ALL {accepted} routes were accepted, and {told} announced.");
        Tell.Done("Causeway", "exchange-nothing", accepted, told);

        ConnectionChecksBody checks = await StateAsync("ProvisioningFailed", cancellation);
        foreach (CheckBody check in checks.Checks.Where(c => c.Result == "Failed"))
            Tell.Refused("Causeway", check.Name, check.Says);
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "exchange-mend", s_own);
        await AnnounceAsync([s_own], cancellation);
        await Contoso.InternetPeerings.ActAsync(Peering, "retry", new ConnectionActionBody(), cancellation);
        ConnectionChecksBody checks = await StateAsync("Active", cancellation);
        Tell.Done("Causeway", "exchange-passed", checks.Checks.Count);

        await Tell.StepAsync("Causeway", "exchange-open");
        ReceivedRouteBody[] taken = await UntilAsync<ReceivedRouteBody[]>(
            async () => [.. (await Contoso.InternetPeerings.RoutesAsync(Peering, cancellation)).Select(r => r.Body)],
            seen => seen.Length > 0,
            "our routers to accept what is proven",
            cancellation
        );
        if (taken.Any(r => r.Prefix != $"{s_own}"))
            throw new ClientException($"Accepted is {string.Join(", ", taken.Select(r => r.Prefix))}, and proven only {s_own}.");
        foreach (ReceivedRouteBody route in taken)
            Tell.Route("Causeway", "exchange-taken", route.Prefix, route.AsPath, route.NextHop);
        foreach (string router in s_routers.Keys)
        {
            IReadOnlyDictionary<IpPrefix, string> learned = await UntilAsync(
                () => Task.FromResult(Router.Learned(router)),
                seen => seen.Count > 0,
                $"Contoso's router to be told our networks by {router}",
                cancellation
            );
            Tell.Route("Contoso", "exchange-told", router, learned.Count, string.Join(", ", learned.Keys.Order().Take(3)));
        }
    }

    private Task AnnounceAsync(IReadOnlyList<IpPrefix> prefixes, CancellationToken cancellation) =>
        Router.StartAsync(
            s_asn,
            Cast.Asn,
            Cast.BgpPort,
            s_routers.ToDictionary(r => r.Key, r => (Ours: s_address, Theirs: r.Value)),
            prefixes,
            cancellation
        );

    /// <summary>Waits for a state of the connection, and shows each one on the way.</summary>
    private async Task<ConnectionChecksBody> StateAsync(string wanted, CancellationToken cancellation)
    {
        string shown = "";
        return await UntilAsync(
            async () =>
            {
                ConnectionChecksBody checks = (await Contoso.InternetPeerings.ChecksAsync(Peering, cancellation))[0].Body;
                if (checks.ConnectionState != shown)
                    Tell.Done("Causeway", "exchange-state", Connection, checks.ConnectionState);
                shown = checks.ConnectionState;
                return checks;
            },
            checks => checks.ConnectionState == wanted,
            $"the connection to be {wanted}",
            cancellation
        );
    }
}
