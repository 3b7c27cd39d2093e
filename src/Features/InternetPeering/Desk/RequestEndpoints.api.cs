using System.Collections.Immutable;
using System.Globalization;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Resources;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// <c>GET /providers/Causeway.Operations/requests</c>: the operator's queue, over all subscriptions, each with everything that is needed to decide; with
/// <c>?resource=</c> the one of that peering or ASN, whether or not it waits for anything.
/// </summary>
internal sealed class RequestEndpoints(
    Engine engine,
    Tracked<Peering> peerings,
    PeerAsnWorkflow asns,
    PeeringDesk desk,
    IPeerFilters filters,
    PeeringPolicy policy
) : IEndpoints
{
    public static ArmType Type { get; } = Namespaces.Operations.Type("requests") with { Locations = [], SupportsTags = false };

    /// <summary>Of what happened to one resource.</summary>
    private const int MostHistory = 20;

    /// <summary>Resources of one ASN that are shown with a request.</summary>
    private const int MostOthers = 50;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapArm(
            $"/providers/{Type.FullName}",
            new ArmEndpoint(Type, "GET", "Microsoft.Causeway/operator/requests/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract(
                    "List",
                    "Lists what peers have asked for and nobody has decided on, with what is needed to decide."
                )
                {
                    Answer = () => DeskContract.Default.PeerRequestBody,
                    IsPage = true,
                    IsOurs = true,
                    Parameters =
                    [
                        new("resource", "Only the one of this peering or peer ASN, by its id, whether or not it waits for anything."),
                    ],
                },
            },
            ListAsync
        );

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return no;
        var all = new List<object>();
        if (request.Query("resource") is { Length: > 0 } text)
        {
            if (!ResourceId.TryParse(text, out ResourceId? id))
                return Refusal.Invalid("InvalidQueryParameterValue", $"'{text}' is not the id of a peering or a peer ASN.", "resource");
            object? found = id.Text.Contains("/peerAsns/", StringComparison.OrdinalIgnoreCase)
                ? (await engine.ReadAsync(asns, id, request.Aborted))?.Resource
                : (await peerings.ReadAsync(id, request.Aborted))?.Resource;
            if (found is not null)
                all.Add(found);
            else
                return Refusal.NotFound(
                    "ResourceNotFound",
                    $"There is no peering or peer ASN {text}: the queue without 'resource' has the ids."
                );
        }
        else
        {
            await foreach (PeerAsn asn in AsnsAsync(PeerAsn.WaitsLabel, request.Aborted))
                all.Add(asn);
            await foreach (Peering peering in PeeringsAsync(Peering.WaitsLabel, request.Aborted))
                all.Add(peering);
        }
        int from = int.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out int place) ? place : 0;
        object[] some = [.. all.Skip(from).Take(page.Most)];
        return await request.ListAsync(
            some,
            from + some.Length < all.Count ? (from + some.Length).ToString(CultureInfo.InvariantCulture) : null,
            item => item is PeerAsn asn ? asn.Id : ((Peering)item).Id,
            async item =>
                ArmBody.Of(
                    item is PeerAsn asn ? await OfAsync(asn, request.Aborted) : await OfAsync((Peering)item, request.Aborted),
                    DeskContract.Default.PeerRequestBody
                )
        );
    }

    private async Task<PeerRequestBody> OfAsync(PeerAsn asn, CancellationToken cancellation) =>
        await FactsAsync(
            new PeerRequestBody
            {
                Id = asn.Id.Text,
                Name = asn.Id.Name,
                Kind = "peerAsn",
                WaitsFor = asn.State is PeerAsnState.Pending ? "Review" : "Nothing",
                Since = asn.State.Since,
                PeerAsn = asn.Asn.Value,
                PeerName = asn.PeerName,
                Contacts = Contacts(asn),
                Connections = [],
                PeeringDb = Record(asn.Asn),
                Proven = null,
                Missing =
                    desk.Directory is { State: SourceState.Loaded } directory && directory.Find(asn.Asn) is null
                        ? [$"AS{asn.Asn} has no record in PeeringDB: make one at https://www.peeringdb.com"]
                        : [],
                Oddities = [],
                WithUs = [],
                History = [],
            },
            asn.Asn,
            asn.Id,
            null,
            cancellation
        );

    private async Task<PeerRequestBody> OfAsync(Peering peering, CancellationToken cancellation)
    {
        PeerAsn? asn = (await engine.ReadAsync(asns, peering.PeerAsnId, cancellation))?.Resource;
        Connection[] asked = [.. peering.Connections.Where(c => c.State is ConnectionState.PendingApproval)];
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Connection c in asked.Length > 0 ? asked : [.. peering.Connections])
            if (desk.Topology.FindExchange(c.Site) is { } exchange)
                missing.UnionWith(desk.Missing(peering.PeerAsn, exchange, [.. c.Families.Select(f => f.Peer.Address)]));
        return await FactsAsync(
            new PeerRequestBody
            {
                Id = peering.Id.Text,
                Name = peering.Id.Name,
                Kind = "peering",
                WaitsFor =
                    asked.Length > 0 ? (peering.Question is null ? "Review" : "Answer")
                    : peering.LeavesSince is not null ? "Deprovision"
                    : "Nothing",
                Since = asked.Length > 0 ? asked.Min(c => c.State.Since) : peering.LeavesSince,
                PeerAsn = peering.PeerAsn.Value,
                PeerName = asn?.PeerName,
                Contacts = asn is null ? [] : Contacts(asn),
                Connections =
                [
                    .. peering.Connections.Select(c => new RequestedConnectionBody(
                        c.Identifier,
                        c.Site,
                        c.FacilityId,
                        c.State.WireName,
                        c.State.Since,
                        [.. c.Families.Select(f => f.Peer.Address)],
                        c.V4?.MaxPrefixes ?? 0,
                        c.V6?.MaxPrefixes ?? 0,
                        c.IsLegacy
                    )),
                ],
                PeeringDb = Record(peering.PeerAsn),
                Proven = null,
                Missing = [.. missing],
                Oddities = [],
                WithUs = [],
                History = [],
            },
            peering.PeerAsn,
            peering.Id,
            peering.Filter,
            cancellation
        );
    }

    /// <summary>What is known of an ASN beside the request itself.</summary>
    private async Task<PeerRequestBody> FactsAsync(
        PeerRequestBody request,
        Asn asn,
        ResourceId id,
        ProvenFilter? stands,
        CancellationToken cancellation
    )
    {
        NetworkRecord? record = desk.Directory.Find(asn);
        PeerFilter? filter = filters.FilterOf(asn, record is null ? stands?.AsSet : record.AsSet, policy.MostProven);
        var withUs = new List<WithPeerBody>();
        int others = 0;
        await foreach (PeerAsn other in AsnsAsync(PeerAsn.AsnLabel(asn), cancellation))
        {
            if (!other.Id.Subscription!.Equals(id.Subscription, StringComparison.OrdinalIgnoreCase))
                others++;
            withUs.Add(new WithPeerBody(other.Id.Text, "peerAsn", other.StateName));
        }
        await foreach (Peering other in PeeringsAsync(Peering.PeerLabel(asn), cancellation))
            withUs.Add(new WithPeerBody(other.Id.Text, "peering", other.StateName));
        var history = new List<JournalEntry>();
        foreach (WithPeerBody one in withUs.Take(MostOthers))
            history.AddRange(
                await engine.Store.JournalAsync(
                    new JournalQuery
                    {
                        Resource = ResourceId.Parse(one.Id),
                        Latest = true,
                        Most = MostHistory,
                    },
                    cancellation
                )
            );
        return request with
        {
            Proven = filter is null ? null : Counted(filter),
            Oddities = [.. Oddities.Of(asn, request.PeerName, record, filter, others)],
            WithUs = [.. withUs.Where(w => !w.Id.Equals(id.Text, StringComparison.OrdinalIgnoreCase)).Take(MostOthers)],
            History =
            [
                .. history
                    .OrderBy(e => e.Position)
                    .TakeLast(MostHistory)
                    .Select(e => new PeerHistoryBody(e.At, e.Actor, e.Resource.Text, e.Signal, e.From, e.To, e.Why)),
            ],
        };
    }

    private ProvenForPeerBody Counted(PeerFilter filter)
    {
        int valid = 0,
            notFound = 0;
        foreach (PrefixMatch match in filter.V4.Concat(filter.V6))
            if (match.Origins.Any(o => filters.ValidityOf(match.Prefix, o) == OriginValidity.Valid))
                valid++;
            else
                notFound++;
        return new ProvenForPeerBody(
            filter.AsSet,
            filter.Asns,
            filter.V4.Length,
            filter.V6.Length,
            [.. filter.Missing.Take(20)],
            filter.IsTooLarge,
            valid,
            notFound,
            filter.Invalid
        );
    }

    private NetworkRecordBody Record(Asn asn)
    {
        if (desk.Directory.Find(asn) is not { } record)
            return new NetworkRecordBody(
                desk.Directory.State switch
                {
                    SourceState.Loaded => "Absent",
                    SourceState.Silent => "Silent",
                    _ => "NotConfigured",
                }
            );
        (NetworkPort Port, Exchange? Exchange)[] ports =
        [
            .. record.Ports.Select(p => (p, desk.Topology.Exchanges.FirstOrDefault(x => x.PeeringDbIxId == p.Exchange))),
        ];
        return new NetworkRecordBody(
            "Found",
            record.Id,
            record.Name,
            record.AsSet,
            record.Prefixes4,
            record.Prefixes6,
            record.HasNoc,
            [
                .. ports
                    .Where(p => p.Exchange is not null)
                    .Select(p => new PresenceBody(p.Exchange!.Name, p.Port.Exchange, p.Port.V4, p.Port.V6, p.Port.Mbps)),
            ],
            ports.Count(p => p.Exchange is null)
        );
    }

    private static IReadOnlyList<ContactDetailBody> Contacts(PeerAsn asn) =>
        [.. asn.Contacts.Select(c => new ContactDetailBody($"{c.Role}", c.Email, c.Phone))];

    private async IAsyncEnumerable<PeerAsn> AsnsAsync(
        string label,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (StoredResource row in RowsAsync(PeerAsn.ResourceType, label, cancellation))
            if (asns.TryRead(row, out Versioned<PeerAsn>? read))
                yield return read.Resource;
    }

    private async IAsyncEnumerable<Peering> PeeringsAsync(
        string label,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (StoredResource row in RowsAsync(Peering.ResourceType, label, cancellation))
            if (peerings.TryRead(row, out Versioned<Peering>? read))
                yield return read.Resource;
    }

    private IAsyncEnumerable<StoredResource> RowsAsync(string type, string label, CancellationToken cancellation) =>
        engine.Store.AllAsync(
            new ResourceQuery
            {
                Type = type,
                Label = label,
                Most = 1000,
            },
            cancellation
        );
}
