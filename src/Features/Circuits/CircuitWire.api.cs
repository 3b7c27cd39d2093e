using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Api.RouteFilters;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Circuits;

/// <summary>The wire form of circuits.</summary>
internal sealed class CircuitWire(
    CircuitDesk desk,
    FilterDesk filters,
    ProofDesk proofs,
    ReachDesk reaches,
    PortDesk ports,
    CircuitViews views
) : Wire<Circuit, CircuitBody>(() => CircuitsContract.Default.CircuitBody)
{
    public override async ValueTask<Asked> ReadAsync(ArmRequest request, BodyReader body, Circuit? present)
    {
        PutCircuit put = CircuitReading.Circuit(request, body, present, desk);
        if (body.Refusal is not null)
            return put;
        Asked asked = put;
        if (put.Port is not null && present is null)
        {
            asked = await ports.LandAsync(request, put, body.Object("properties").String("authorizationKey", 200, lines: true));
            if (asked.Refusal is not null)
                return asked;
            put = (PutCircuit)asked.Signal!;
        }
        if (put.Peerings is not { } peerings)
            return asked;
        var looked = ImmutableArray.CreateBuilder<WantedPeering>(peerings.Length);
        foreach (WantedPeering peering in peerings)
        {
            (WantedPeering wanted, Refusal? no) = await filters.LookAsync(request, peering, present);
            if (no is not null)
                return no;
            looked.Add(wanted);
        }
        put = put with { Peerings = await proofs.LookAsync(put.Id, looked.DrainToImmutable(), present, request.Now, request.Aborted) };
        Asked whole = reaches.With(put, put.Reaches, present);
        return whole with { Also = [.. whole.Also, .. asked.Also] };
    }

    protected override async ValueTask<CircuitBody> BodyAsync(ArmRequest request, Versioned<Circuit> resource, Moment moment)
    {
        bool keys = !resource.Resource.Authorizations.IsEmpty && await CircuitViews.MayHaveKeysAsync(request, resource.Resource.Id);
        ReachSeen? reach = await reaches.SeenAsync(resource.Resource, request.Aborted);
        return views.Circuit(resource, keys, moment, request.ApiVersion, reach);
    }
}
