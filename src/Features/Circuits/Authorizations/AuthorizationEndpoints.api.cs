using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary><c>…/expressRouteCircuits/{c}/authorizations/{a}</c>: keys by which others may use the circuit.</summary>
internal sealed class AuthorizationEndpoints(Tracked<Circuit> circuits, CircuitDesk desk, CircuitViews views) : IEndpoints
{
    private readonly Nested<Circuit, Authorization> _authorizations = new(
        circuits,
        async (request, c, a, moment) =>
        {
            bool keys = await CircuitViews.MayHaveKeysAsync(request, c.Resource.Id.Child("authorizations", a.Name));
            return ArmBody.Of(views.Authorization(c, a, keys, moment, request.ApiVersion), CircuitsContract.Default.AuthorizationBody);
        }
    )
    {
        Segment = "authorizations",
        All = c => c.Authorizations,
        NameOf = a => a.Name,
    };

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(CircuitTypes.Authorization)
            .Put(
                r =>
                    _authorizations.PutAsync(
                        r,
                        (_, _) => new PutAuthorization(r.Now, new WantedAuthorization(r.Id.Name, desk.NewAuthorizationKey()), r.Ticket()),
                        optionalBody: true
                    ),
                ArmContract
                    .CreateOrUpdate(
                        CircuitTypes.Authorization,
                        () => CircuitsContract.Default.AuthorizationBody,
                        () => CircuitsContract.Default.AuthorizationBody
                    )
                    .AsOperation() with
                {
                    IsBodyOptional = true,
                }
            )
            .Get(_authorizations.GetAsync, () => CircuitsContract.Default.AuthorizationBody)
            .Delete(r => _authorizations.DeleteAsync(r, a => new DeleteAuthorization(r.Now, a.Name, r.Ticket())), operation: true)
            .ListInParent(_authorizations.ListAsync, () => CircuitsContract.Default.AuthorizationBody)
            .Post(
                "listKeys",
                r => _authorizations.OneAsync(r, (_, a) => new ArmResult.Ok(KeyOf(a))),
                new("ListKeys", "Reveals the key of an authorization.")
                {
                    Answer = () => CircuitsContract.Default.AuthorizationKeyBody,
                    IsOurs = true,
                }
            );

    private ArmBody KeyOf(Authorization authorization) =>
        ArmBody.Of(new AuthorizationKeyBody(desk.Reveal(authorization.Key)), CircuitsContract.Default.AuthorizationKeyBody);
}
