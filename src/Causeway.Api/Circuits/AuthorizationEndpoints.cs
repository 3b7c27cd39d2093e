using System.Text.Json;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary><c>…/expressRouteCircuits/{c}/authorizations/{a}</c>: keys by which others may use the circuit.</summary>
internal sealed class AuthorizationEndpoints(CircuitDesk desk, CircuitViews views)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(CircuitTypes.Authorization)
            .Put(PutAsync)
            .Get(r => OneAsync(r, (c, a) => new ArmResult.Ok(Body(views.Authorization(c, a)))))
            .Delete(DeleteAsync)
            .ListInParent(ListAsync)
            .Post(
                "listKeys",
                r =>
                    OneAsync(
                        r,
                        (_, a) =>
                            new ArmResult.Ok(
                                ArmBody.Of(new AuthorizationKeyBody(desk.Reveal(a.Key)), CircuitsContract.Default.AuthorizationKeyBody)
                            )
                    )
            );

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        ResourceId parent = request.Id.Parent!;
        if (await desk.ReadAsync(parent, request.Aborted) is not { } present)
            return ArmErrors.ParentNotFound(parent);
        Authorization? stored = present.Resource.FindAuthorization(request.Id.Name);
        if (stored is null && !request.Type.Name.IsMatch(request.Id.Name))
            return ArmErrors.InvalidName(request.Type, request.Id.Name);
        BodyReader body = await request.OptionalBodyAsync();
        if (body.Refusal is { } no)
            return no;
        SendOutcome outcome = await desk.SendAsync(
            request,
            parent,
            new PutAuthorization(
                request.Now,
                new WantedAuthorization(request.Id.Name, desk.NewAuthorizationKey()),
                CircuitDesk.TicketOf(request)
            ),
            named: c => c.FindAuthorization(request.Id.Name) is not null
        );
        if (outcome is not SendOutcome.Delivered { After: [{ } row] })
            return CircuitDesk.Refused(outcome);
        Versioned<Circuit> after = desk.Read(row);
        ArmBody answer = Body(views.Authorization(after, after.Resource.FindAuthorization(request.Id.Name)!, Moment.Answer));
        ArmOperation operation = CircuitDesk.OperationOf(request, after.Resource);
        return stored is null ? new ArmResult.Created(answer, operation) : new ArmResult.Ok(answer, operation);
    }

    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (
            await desk.ReadAsync(request.Id.Parent!, request.Aborted) is not { Resource: var circuit }
            || circuit.FindAuthorization(request.Id.Name) is null
        )
            return new ArmResult.NoContent();
        SendOutcome outcome = await desk.SendAsync(
            request,
            circuit.Id,
            new DeleteAuthorization(request.Now, request.Id.Name, CircuitDesk.TicketOf(request))
        );
        return outcome is SendOutcome.Delivered
            ? new ArmResult.Accepted(CircuitDesk.OperationOf(request, circuit))
            : CircuitDesk.Refused(outcome);
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request) =>
        await desk.ReadAsync(request.Id, request.Aborted) is { } circuit
            ? await request.ListAsync(
                circuit.Resource.Authorizations,
                null,
                a => circuit.Resource.Id.Child("authorizations", a.Name),
                (writer, a) => JsonSerializer.Serialize(writer, views.Authorization(circuit, a), CircuitsContract.Default.AuthorizationBody)
            )
            : await request.NotFoundAsync();

    private async ValueTask<ArmResult> OneAsync(ArmRequest request, Func<Versioned<Circuit>, Authorization, ArmResult> then) =>
        await desk.ReadAsync(request.Id.Parent!, request.Aborted) is { } circuit
        && circuit.Resource.FindAuthorization(request.Id.Name) is { } authorization
            ? then(circuit, authorization)
            : await request.NotFoundAsync();

    private static ArmBody Body(AuthorizationBody body) => ArmBody.Of(body, CircuitsContract.Default.AuthorizationBody);
}
