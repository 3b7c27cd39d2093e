using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Causeway.Api.Kit;
using Causeway.Api.RouteFilters;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Circuits;

/// <summary>
/// The endpoints of routing domains, whoever's they are: the customer's below its circuit, and the same ones below the provider's cross connection, where a
/// provider that works at layer 3 configures them and every provider may look.
/// </summary>
internal sealed class PeeringRoutes(CircuitDesk desk, FilterDesk filters, ProofDesk proofs, ReachDesk reaches, RouteTables tables)
{
    /// <param name="circuitOf">How the circuit is found when it is not stored under the id in the path.</param>
    public static Nested<Circuit, Peering> Of(
        Tracked<Circuit> circuits,
        View<Circuit, Peering> view,
        Func<ResourceId, CancellationToken, ValueTask<Versioned<Circuit>?>>? circuitOf = null
    ) =>
        new(circuits, view)
        {
            Segment = "peerings",
            All = c => c.Peerings,
            NameOf = p => p.Type.ToString(),
            ParentOf = circuitOf,
        };

    public static ArmBody Body(PeeringBody body) => ArmBody.Of(body, CircuitsContract.Default.PeeringBody);

    /// <param name="echo">How the answer to a PUT is written, given the key that was sent; null is as everywhere.</param>
    public ArmTypeRoutes Map(
        ArmTypeRoutes routes,
        Nested<Circuit, Peering> peerings,
        Author by,
        Func<string?, View<Circuit, Peering>>? echo = null
    ) =>
        routes
            .Put(r => PutAsync(r, peerings, by, echo), () => CircuitsContract.Default.PeeringBody, operation: true)
            .Get(peerings.GetAsync, () => CircuitsContract.Default.PeeringBody)
            .Delete(r => peerings.DeleteAsync(r, p => new DeletePeering(r.Now, p.Type, by, r.Ticket())), operation: true)
            .ListInParent(peerings.ListAsync, () => CircuitsContract.Default.PeeringBody)
            .GetBelow(
                "evidence",
                r =>
                    peerings.OneAsync(
                        r,
                        (c, p) =>
                            new ArmResult.Ok(
                                ArmBody.Of(
                                    new ListBody<PrefixEvidenceBody>(PublicViews.Evidence(c.Resource, p)),
                                    CircuitsContract.Default.ListBodyPrefixEvidenceBody
                                )
                            )
                    ),
                new("ListEvidence", "Lists the prefixes that a peering declares, each with what proves it, or why nothing does.")
                {
                    Answer = () => CircuitsContract.Default.ListBodyPrefixEvidenceBody,
                    IsOurs = true,
                }
            )
            .Post(
                "validatePrefixes",
                r => peerings.OneAsync(r, (c, p) => proofs.ValidateAsync(r, c.Resource, p)),
                new("ValidatePrefixes", "Says what would be proven of prefixes if the peering declared them; nothing changes.")
                {
                    Body = () => CircuitsContract.Default.ValidatePrefixesBody,
                    Answer = () => CircuitsContract.Default.ListBodyPrefixEvidenceBody,
                    IsOurs = true,
                }
            )
            .Post(
                "arpTables/{devicePath}",
                Table(peerings, TableKind.Arp),
                Asked("ListArpTable", "Reads the ARP table of one side.", () => CircuitsContract.Default.ListBodyArpEntry)
            )
            .Post(
                "routeTables/{devicePath}",
                Table(peerings, TableKind.Routes),
                Asked("ListRoutesTable", "Reads the routes of one side.", () => CircuitsContract.Default.ListBodyRouteEntry)
            )
            .Post(
                "acceptedRoutes/{devicePath}",
                Table(peerings, TableKind.Accepted),
                Asked(
                    "ListAcceptedRoutes",
                    "Reads the routes that one side heard and accepted.",
                    () => CircuitsContract.Default.ListBodyRouteEntry
                ) with
                {
                    IsOurs = true,
                }
            )
            .Post(
                "announcedRoutes/{devicePath}",
                Table(peerings, TableKind.Announced),
                Asked(
                    "ListAnnouncedRoutes",
                    "Reads the routes that one side announces to the customer.",
                    () => CircuitsContract.Default.ListBodyRouteEntry
                ) with
                {
                    IsOurs = true,
                }
            )
            .Post(
                "refusedRoutes/{devicePath}",
                Table(peerings, TableKind.Refused),
                Asked(
                    "ListRefusedRoutes",
                    "Reads the routes that one side heard and did not accept, each with its reason.",
                    () => CircuitsContract.Default.ListBodyRefusedRouteEntry
                ) with
                {
                    IsOurs = true,
                }
            )
            .Post(
                "routeTablesSummary/{devicePath}",
                Table(peerings, by == Author.Provider ? TableKind.CrossSummary : TableKind.Summary),
                Asked(
                    "ListRoutesTableSummary",
                    "Reads the BGP neighbours of one side.",
                    by == Author.Provider
                        ? () => CircuitsContract.Default.ListBodyCrossRouteSummaryEntry
                        : () => CircuitsContract.Default.ListBodyRouteSummaryEntry
                )
            );

    /// <summary>A router is asked, and the table is the result of an operation.</summary>
    private static ArmContract Asked(string name, string summary, Func<JsonTypeInfo> result) =>
        new(name, summary)
        {
            Result = result,
            Statuses = [202],
            BeginsOperation = true,
        };

    private ArmHandler Table(Nested<Circuit, Peering> peerings, TableKind kind) =>
        r => peerings.OneAsync(r, (c, p) => tables.StartAsync(r, c.Resource, p, kind));

    private async ValueTask<ArmResult> PutAsync(
        ArmRequest request,
        Nested<Circuit, Peering> peerings,
        Author by,
        Func<string?, View<Circuit, Peering>>? echo
    )
    {
        string? key = null;
        return await peerings.PutAsync(
            request,
            async (body, circuit) =>
            {
                if (!CircuitTypes.TryPeering(request.Id.Name, out PeeringType type))
                    return NotAPeering(request.Id.Name);
                key = echo is null ? null : body.Object("properties").String("sharedKey", 256);
                if (CircuitReading.Peering(body, type, desk) is not { } wanted || body.Refusal is not null)
                    return default;
                if (by == Author.Customer)
                {
                    (wanted, Refusal? no) = await filters.LookAsync(request, wanted, circuit);
                    if (no is not null)
                        return no;
                }
                ImmutableArray<WantedPeering> proven = await proofs.LookAsync(circuit.Id, [wanted], circuit, request.Now, request.Aborted);
                var put = new PutPeering(request.Now, proven[0], by, request.Ticket());
                if (by == Author.Provider || type != PeeringType.AzurePrivatePeering)
                    return put;
                ImmutableArray<WantedReach>? joins = ReachDesk.ReadAll(body, circuit.Id);
                return body.Refusal is null ? reaches.With(put with { Reaches = joins }, joins, circuit) : default;
            },
            shown: echo is null ? null : (r, c, p, moment) => echo(key)(r, c, p, moment)
        );
    }

    private static Refusal NotAPeering(string name) =>
        Refusal.Invalid(
            "InvalidResourceName",
            $"'{name}' is not a peering: the name is its type, one of {string.Join(", ", Enum.GetNames<PeeringType>())}.",
            "name"
        );
}
