using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Workflows;

namespace Causeway.Api.Circuits;

/// <summary>The wire form of circuits.</summary>
internal sealed class CircuitWire(CircuitDesk desk, CircuitViews views) : Wire<Circuit, CircuitBody>(CircuitsContract.Default.CircuitBody)
{
    protected override Asked Read(ArmRequest request, BodyReader body, Circuit? present) =>
        CircuitReading.Circuit(request, body, present, desk);

    protected override async ValueTask<CircuitBody> BodyAsync(ArmRequest request, Versioned<Circuit> resource, Moment moment)
    {
        bool keys = !resource.Resource.Authorizations.IsEmpty && await CircuitViews.MayHaveKeysAsync(request, resource.Resource.Id);
        return views.Circuit(resource, keys, moment);
    }
}
