using Causeway.Arm;
using Causeway.Domain.Circuits;

namespace Causeway.Api.Circuits;

/// <summary>The operation that a request starts. Its id is the request's, and its polling URL names the circuit's region.</summary>
internal static class Tickets
{
    public static Ticket Ticket(this ArmRequest request) =>
        new(request.RequestId, request.Id, $"{request.Endpoint.Method} {request.Type.FullName}", request.Caller.ObjectId);

    public static ArmOperation Operation(this ArmRequest request, Circuit circuit) => new(request.RequestId, circuit.Location);
}
