using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Operations;
using Causeway.Contracts.Resources;
using Causeway.Domain.Operations;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Operations;

/// <summary>
/// <c>/providers/Causeway.Operations/maintenances</c>: which routers are drained; <c>POST …/{router}/drain</c>, and DELETE to restore it. For the Operator; a Reader of
/// the whole installation (<c>/</c>) sees the list.
/// </summary>
internal sealed class MaintenanceEndpoints(
    Engine engine,
    MaintenanceWorkflow maintenances,
    IRouterStatus routers,
    PairUsers users,
    Func<NetworkTopology> topology
) : IEndpoints
{
    private const string Action = "Microsoft.Causeway/operator/maintenances";

    public static ArmType Type { get; } = Namespaces.Operations.Type("maintenances") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapArm(
            $"/providers/{Type.FullName}",
            new ArmEndpoint(Type, "GET", $"{Type.FullName}/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract("List", "Lists the routers that are drained for work on them.")
                {
                    Answer = () => MaintenanceContract.Default.ListBodyMaintenanceBody,
                },
            },
            ListAsync
        );
        const string One = $"/providers/{RouterMaintenance.ResourceType}/{{name0}}";
        routes.MapArm(
            $"{One}/drain",
            Endpoint(
                "POST",
                "drain/action",
                new(
                    "Drain",
                    "Has a router announce with graceful shutdown (RFC 8326), so that its peers send over the others of its group."
                )
                {
                    Body = () => MaintenanceContract.Default.DrainBody,
                    IsBodyOptional = true,
                    Answer = () => MaintenanceContract.Default.MaintenanceBody,
                }
            ),
            DrainAsync
        );
        routes.MapArm(
            One,
            Endpoint("DELETE", "delete", new("Restore", "Has a drained router carry traffic again.") { Statuses = [200, 204] }),
            RestoreAsync
        );

        static ArmEndpoint Endpoint(string method, string verb, ArmContract contract) =>
            new(Type, method, $"{Action}/{verb}", ArmTarget.Resource) { NeedsGroup = false, Contract = contract };
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        IReadOnlyList<RouterStanding> standings = await routers.AllAsync(request.Aborted);
        IEnumerable<MaintenanceBody> bodies =
            from maintenance in await StoredAsync(request.Aborted)
            where maintenance.Work is not null
            let body = Body(maintenance, standings)
            where maintenance.Work is RouterWork.Drained || !body.Applied
            select body;
        return ArmResult.Of(new ListBody<MaintenanceBody>([.. bodies]), MaintenanceContract.Default.ListBodyMaintenanceBody);
    }

    private static MaintenanceBody Body(RouterMaintenance m, IReadOnlyList<RouterStanding> standings)
    {
        // A router that the topology has no more has nothing to follow with: it never is drained, and is restored at once.
        RouterStanding? standing = standings.FirstOrDefault(s => m.Work!.IsOn(s.Router));
        bool followed = standing is null
            ? m.Work is RouterWork.Restored
            : standing.Maintenance >= m.Generation && standing.Wanted == standing.Applied;
        return new(
            m.Work!.Router,
            m.Group,
            m.Work.Since,
            (m.Work as RouterWork.Drained)?.Reason ?? "",
            followed,
            m.Work is RouterWork.Restored ? "Restoring"
                : followed ? "Drained"
                : "Draining"
        );
    }

    private async ValueTask<ArmResult> DrainAsync(ArmRequest request)
    {
        BodyReader body = await request.OptionalBodyAsync();
        string reason = body.String("reason") ?? "";
        bool anyway = body.Boolean("anyway") ?? false;
        if (body.Refusal is { } no)
            return no;
        if (Find(request) is not { } found)
            return ArmErrors.ResourceNotFound(request.Id);
        string[] others = [.. found.Group.Routers.Where(r => r != found.Router).Select(r => r.Name)];
        if (others.Length == 0)
            return Refusal.Conflict(
                "RouterIsAlone",
                $"Router {found.Router.Name} is the only one of {found.Group.Name}: nothing would carry its traffic meanwhile."
            );
        // What the routers and circuits say is read per try, behind the document: a test that begins meanwhile makes it be read again.
        SendOutcome sent = await engine.SendAsync(
            [
                new Addressed(
                    RouterMaintenance.IdOf(found.Group.Name),
                    RouterMaintenance.ResourceType,
                    async (_, stop) =>
                    {
                        PairUsers.Use use = await users.OfAsync(found.Group, stop);
                        IReadOnlyList<RouterStanding> standings = await routers.AllAsync(stop);
                        return new DrainRouter(
                            request.Now,
                            found.Group.Name,
                            found.Router.Name,
                            reason,
                            [
                                .. others.Select(other =>
                                    Standing(other, standings.FirstOrDefault(s => s.Router == other), request.Now) with
                                    {
                                        Misses = [.. use.NotOn[other]],
                                    }
                                ),
                            ],
                            use.Leaning
                        )
                        {
                            Anyway = anyway,
                        };
                    }
                ),
            ],
            new SendContext(request.Caller.ObjectId, request.CorrelationId),
            CancellationToken.None
        );
        return sent switch
        {
            SendOutcome.Refused refused => refused.Refusal,
            SendOutcome.Delivered { Resources: [{ After: Versioned<RouterMaintenance> { Resource: var drained } }, ..] } => ArmResult.Of(
                Body(drained, await routers.AllAsync(request.Aborted)),
                MaintenanceContract.Default.MaintenanceBody
            ),
            _ => ArmErrors.ResourceNotFound(request.Id),
        };
    }

    /// <param name="s">Null for one that the topology has had for a moment only.</param>
    private static OtherRouter Standing(string router, RouterStanding? s, DateTimeOffset now) =>
        s is null ? new(router, "is not known yet", 0) : new(router, s.WhyNotReliable(now), s.Maintenance);

    /// <summary>Also of a router that the topology has no more.</summary>
    private async ValueTask<ArmResult> RestoreAsync(ArmRequest request)
    {
        if ((await StoredAsync(request.Aborted)).FirstOrDefault(m => m.Drains(request.Id.Name)) is not { } drained)
            return new ArmResult.NoContent();
        SendOutcome sent = await engine.SendAsync(
            RouterMaintenance.IdOf(drained.Group),
            RouterMaintenance.ResourceType,
            new RestoreRouter(request.Now, request.Id.Name),
            new SendContext(request.Caller.ObjectId, request.CorrelationId),
            CancellationToken.None
        );
        return sent is SendOutcome.Refused refused ? refused.Refusal : new ArmResult.Empty();
    }

    /// <summary>One for each group that ever had a router drained, those among them that the topology has no more.</summary>
    private async Task<IReadOnlyList<RouterMaintenance>> StoredAsync(CancellationToken cancellation)
    {
        var found = new List<RouterMaintenance>();
        await foreach (
            StoredResource row in engine.Store.AllAsync(new ResourceQuery { Type = RouterMaintenance.ResourceType }, cancellation)
        )
            if (maintenances.TryRead(row, out Versioned<RouterMaintenance>? read))
                found.Add(read.Resource);
        return found;
    }

    private (RouterGroup Group, RouterDefinition Router)? Find(ArmRequest request) =>
        topology().GroupOf(request.Id.Name) is { } group
            ? (group, group.Routers.First(r => r.Name.Equals(request.Id.Name, StringComparison.OrdinalIgnoreCase)))
            : null;
}
