using System.Collections.Immutable;
using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;
using Causeway.Contracts.Resources;
using Causeway.Domain.Circuits;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.CrossConnections;

/// <summary>
/// <c>Microsoft.Network/expressRouteCrossConnections</c>: the provider sees its orders and moves their state. They are made and deleted by the
/// customers' circuits only.
/// </summary>
internal sealed class CrossConnectionEndpoints(
    Tracked<Circuit> circuits,
    CircuitDesk desk,
    ProofDesk proofs,
    CrossConnectionDesk cross,
    CircuitExplaining explaining
) : IEndpoints
{
    /// <summary>As clients write them; <c>DeProvisioned</c> is what newer versions call a circuit that is NotProvisioned again.</summary>
    private static readonly string[] States = ["NotProvisioned", "Provisioning", "Provisioned", "Deprovisioning", "DeProvisioned"];

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(CrossConnections.Type)
            .Put(
                PutAsync,
                new ArmContract("CreateOrUpdate", "Moves an order on; orders are made by circuits only.")
                {
                    Body = () => CrossConnectionsContract.Default.CrossConnectionBody,
                    Answer = () => CrossConnectionsContract.Default.CrossConnectionBody,
                    BeginsOperation = true,
                }
            )
            .Get(GetAsync, () => CrossConnectionsContract.Default.CrossConnectionBody)
            .Patch(PatchAsync, () => ResourcesContract.Default.TagsObject, () => CrossConnectionsContract.Default.CrossConnectionBody)
            .ListInGroup(ListAsync, () => CrossConnectionsContract.Default.CrossConnectionBody)
            .ListInSubscription(ListAsync, () => CrossConnectionsContract.Default.CrossConnectionBody, EqualFilter.Parameter("name"))
            .GetBelow("explain", ExplainAsync, Explaining.Contract("cross connection"));

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        if (await cross.FindAsync(request.Id, request.Aborted) is not { } present)
            return await request.NotFoundAsync();
        BodyReader body = await request.BodyAsync();
        BodyReader properties = body.Object("properties", required: true);
        string? state = properties.OneOf("serviceProviderProvisioningState", States);
        string? notes = properties.String("serviceProviderNotes", 4000, lines: true);
        ImmutableSortedDictionary<string, string>? tags = body.Tags();
        // Checked only where they are the provider's to write: a layer-2 provider sends back what it read of the customer's.
        ImmutableArray<WantedPeering>? peerings = IsLayer3(present.Resource) ? CircuitReading.Peerings(properties, desk) : null;
        if (body.Refusal is { } no)
            return no;
        ProviderState? to =
            state is null ? null
            : state == "DeProvisioned" ? ProviderState.NotProvisioned
            : Enum.Parse<ProviderState>(state);
        var write = new ProviderWrites(request.Now, to, notes, request.Ticket()) { Tags = tags, Peerings = peerings };
        bool lands = to is ProviderState.Provisioning or ProviderState.Provisioned;
        bool again = false;
        SendOutcome outcome = await circuits.SendAsync(
            present.Resource.Id,
            async (circuit, cancellation) =>
            {
                Landing? landing = lands ? await cross.LandAsync(present.Resource, again, cancellation) : null;
                again = true;
                return write with
                {
                    Landing = landing,
                    Peerings = peerings is { } wanted
                        ? await proofs.LookAsync(present.Resource.Id, wanted, circuit, request.Now, cancellation)
                        : null,
                };
            },
            request.Context()
        );
        return outcome is SendOutcome.Delivered { Resources: [{ After: Versioned<Circuit> after }, ..] } delivered
            ? new ArmResult.Ok(View(request, after, Moment.Answer), request.BegunBy(delivered, after.Resource.Location))
            : await request.RefusedAsync(outcome);
    }

    private async ValueTask<ArmResult> ExplainAsync(ArmRequest request) =>
        await cross.FindAsync(request.Id, request.Aborted) is { Resource: var circuit }
            ? await explaining.ExplainOrderAsync(request, circuit, peering: null)
            : await request.NotFoundAsync();

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await cross.FindAsync(request.Id, request.Aborted) is { } circuit
            ? new ArmResult.Ok(View(request, circuit, Moment.Read))
            : await request.NotFoundAsync();

    private async ValueTask<ArmResult> PatchAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        ImmutableSortedDictionary<string, string>? tags = body.Tags();
        if (body.Refusal is { } no)
            return no;
        if (await cross.FindAsync(request.Id, request.Aborted) is not { } present)
            return await request.NotFoundAsync();
        if (tags is null)
            return request.Preconditions.Judge(present.ETag) is { } unmet ? unmet : new ArmResult.Ok(View(request, present, Moment.Read));
        SendOutcome outcome = await circuits.SendAsync(present.Resource.Id, new TagCrossConnection(request.Now, tags), request.Context());
        return outcome is SendOutcome.Delivered { Resources: [{ After: Versioned<Circuit> after }, ..] }
            ? new ArmResult.Ok(View(request, after, Moment.Read))
            : await request.RefusedAsync(outcome);
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        EqualFilter filter = EqualFilter.Of(request, "name");
        if ((page.Refusal ?? filter.Refusal) is { } no)
            return no;
        (IEnumerable<Versioned<Circuit>> orders, string? after) = filter.Value is { } key
            ? (await NamedAsync(request, key), null)
            : await PageAsync(request, page);
        if (request.Id.ResourceGroup is { } group)
            orders = orders.Where(o => CrossConnectionDesk.GroupOf(o.Resource).Equals(group, StringComparison.OrdinalIgnoreCase));
        return await request.ListAsync(
            [.. orders],
            after,
            o => CrossConnectionDesk.IdOf(o.Resource),
            o => ValueTask.FromResult(View(request, o, Moment.Listed))
        );
    }

    private async ValueTask<(IEnumerable<Versioned<Circuit>> Orders, string? After)> PageAsync(ArmRequest request, ArmPage page)
    {
        Page<StoredResource> rows = await desk.Store.ListAsync(
            new ResourceQuery
            {
                Type = Circuit.ResourceType,
                Label = Circuit.ProviderLabel(request.Subscription),
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        return (
            rows.Items.Select(row => circuits.TryRead(row, out Versioned<Circuit>? read) ? read : null).OfType<Versioned<Circuit>>(),
            rows.After
        );
    }

    /// <summary>The one order of a service key, if it is the caller's: as providers look one up, instead of reading through all.</summary>
    private async ValueTask<IEnumerable<Versioned<Circuit>>> NamedAsync(ArmRequest request, string key) =>
        Guid.TryParse(key, out Guid serviceKey)
        && await desk.FindByServiceKeyAsync(serviceKey, request.Aborted) is { } found
        && found.Resource is { Port: null } circuit
        && circuit.Order.ProviderSubscription == request.Subscription
            ? [found]
            : [];

    private bool IsLayer3(Circuit circuit) =>
        desk.Topology.FindProvider(circuit.Order.ServiceProvider) is { Layer: Domain.Topology.ProviderLayer.Layer3 };

    private ArmBody View(ArmRequest request, Versioned<Circuit> circuit, Moment moment) =>
        ArmBody.Of(cross.Show(circuit, moment, request.ApiVersion), CrossConnectionsContract.Default.CrossConnectionBody);
}
