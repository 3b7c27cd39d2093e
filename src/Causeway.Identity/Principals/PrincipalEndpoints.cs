using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Causeway.Arm;
using Causeway.Contracts.Identity;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Identity.Principals;

/// <summary>
/// <c>/providers/Causeway.Identity/principals</c>: who may sign in; the operator's. A secret is in the answer that makes it (create, rotate) and in no
/// other. An own namespace, because Azure keeps applications in Microsoft Graph, which is no part of this API.
/// </summary>
public sealed class PrincipalEndpoints(
    Engine engine,
    PrincipalWorkflow workflow,
    IEnumerable<IGoesWithPrincipal> following,
    ISecretProtector secrets
)
{
    private const string Action = "Microsoft.Causeway/operator/principals";

    /// <summary>Thirty days are enough to carry a new secret everywhere.</summary>
    private const int MostHoursOfOverlap = 720;

    public static ArmType Type { get; } =
        new ArmNamespace("Causeway.Identity", ["2026-11-01"]).Type("principals") with
        {
            Locations = [],
            SupportsTags = false,
        };

    public void Map(IEndpointRouteBuilder routes)
    {
        string list = $"/providers/{Type.FullName}";
        string one = $"{list}/{{name0}}";
        Func<JsonTypeInfo> body = () => IdentityContract.Default.PrincipalBody;
        routes.MapArm(list, Endpoint("GET", "read", ArmContract.List(Type, "List", "tenant", body), ArmTarget.List), ListAsync);
        routes.MapArm(one, Endpoint("GET", "read", ArmContract.Get(Type, body)), GetAsync);
        var create = new ArmContract("Create", "Makes a principal; the answer that made it has its secret.")
        {
            Body = () => IdentityContract.Default.PrincipalOrderBody,
            Answer = body,
            Statuses = [200, 201],
        };
        routes.MapArm(one, Endpoint("PUT", "write", create), PutAsync);
        var delete = ArmContract.Delete(Type) with { Summary = "Removes a principal with every role it was given." };
        routes.MapArm(one, Endpoint("DELETE", "delete", delete), DeleteAsync);
        var rotate = new ArmContract("Rotate", "Gives a principal a new secret, which the answer has.")
        {
            Body = () => IdentityContract.Default.SecretRotationBody,
            IsBodyOptional = true,
            Answer = body,
        };
        routes.MapArm($"{one}/rotate", Endpoint("POST", "rotate/action", rotate), RotateAsync);
        var enable = new ArmContract("Enable", "Lets a principal sign in again.") { Answer = body };
        routes.MapArm($"{one}/enable", Endpoint("POST", "enable/action", enable), request => SwitchAsync(request, enable: true));
        var disable = new ArmContract("Disable", "Keeps a principal from signing in.") { Answer = body };
        routes.MapArm($"{one}/disable", Endpoint("POST", "disable/action", disable), request => SwitchAsync(request, enable: false));
    }

    private static ArmEndpoint Endpoint(string method, string verb, ArmContract contract, ArmTarget target = ArmTarget.Resource) =>
        new(Type, method, $"{Action}/{verb}", target) { NeedsGroup = false, Contract = contract };

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } wrong)
            return wrong;
        Page<StoredResource> rows = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = ServicePrincipal.Type,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        return await request.ListAsync(
            rows.Items,
            rows.After,
            r => r.Id,
            row => Body(workflow.Read(row).Resource, secret: null),
            IdentityContract.Default.PrincipalBody
        );
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await ReadAsync(request) is { } found ? Answer(found) : ArmErrors.ResourceNotFound(request.Id);

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        if (!Type.Name.IsMatch(request.Id.Name))
            return ArmErrors.InvalidName(Type, request.Id.Name);
        if (body.Refusal is { } no)
            return no;
        if (await ReadAsync(request) is { } present)
            return Answer(present);
        string clientId = Guid.NewGuid().ToString();
        string secret = ServicePrincipal.NewSecret();
        var made = new ServicePrincipal(
            request.Id.Text,
            clientId,
            Guid.NewGuid().ToString(),
            secrets.Protect(secret, ServicePrincipal.Purpose(clientId)),
            request.Now,
            null,
            true,
            request.Now
        );
        // Of two at once the second finds the first's, whose secret is not its to see.
        return await SendAsync(
            request,
            new PrincipalSignal.Create(made, request.Now),
            stored => stored.ClientId == clientId ? new ArmResult.Created(Written(stored, secret)) : Answer(stored)
        );
    }

    private async ValueTask<ArmResult> RotateAsync(ArmRequest request)
    {
        BodyReader body = await request.OptionalBodyAsync();
        int hours = body.Integer("keepOldForHours", 0, MostHoursOfOverlap) ?? 0;
        if (body.Refusal is { } no)
            return no;
        if (await ReadAsync(request) is not { } present)
            return ArmErrors.ResourceNotFound(request.Id);
        string secret = ServicePrincipal.NewSecret();
        var rotate = new PrincipalSignal.RotateSecret(
            secrets.Protect(secret, ServicePrincipal.Purpose(present.ClientId)),
            hours == 0 ? null : request.Now.AddHours(hours),
            request.Now
        );
        return await SendAsync(request, rotate, stored => new ArmResult.Ok(Written(stored, secret)));
    }

    private async ValueTask<ArmResult> SwitchAsync(ArmRequest request, bool enable)
    {
        if (await ReadAsync(request) is not { } present)
            return ArmErrors.ResourceNotFound(request.Id);
        if (!enable && IsCaller(request, present))
            return Oneself("disable");
        PrincipalSignal signal = enable ? new PrincipalSignal.Enable(request.Now) : new PrincipalSignal.Disable(request.Now);
        return await SendAsync(request, signal, Answer);
    }

    /// <summary>Removes the principal together with what is nothing without it, such as every role it was given.</summary>
    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (await ReadAsync(request) is not { } present)
            return new ArmResult.NoContent();
        if (IsCaller(request, present))
            return Oneself("delete");
        var remove = new PrincipalSignal.Remove(request.Now);
        var signals = new List<Addressed> { new(request.Id, ServicePrincipal.Type, remove) };
        foreach (IGoesWithPrincipal part in following)
            signals.AddRange(await part.RemovalsAsync(engine.Store, present.ObjectId, request.Now, request.Aborted));
        await engine.SendAsync([.. signals], Context(request), CancellationToken.None);
        return new ArmResult.Empty();
    }

    private async ValueTask<ServicePrincipal?> ReadAsync(ArmRequest request) =>
        (await engine.ReadAsync(workflow, request.Id, request.Aborted))?.Resource;

    private async Task<ArmResult> SendAsync(ArmRequest request, PrincipalSignal signal, Func<ServicePrincipal, ArmResult> answer)
    {
        SendOutcome outcome = await engine.SendAsync(request.Id, ServicePrincipal.Type, signal, Context(request), CancellationToken.None);
        return outcome switch
        {
            SendOutcome.Delivered { Resources: [{ After: Versioned<ServicePrincipal> after }, ..] } => answer(after.Resource),
            SendOutcome.Refused refused => refused.Refusal,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static SendContext Context(ArmRequest request) => new(request.Caller.ObjectId, request.CorrelationId);

    private static bool IsCaller(ArmRequest request, ServicePrincipal principal) =>
        principal.ObjectId.Equals(request.Caller.ObjectId, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whoever runs the installation cannot shut itself out; another operator can do it.</summary>
    private static Refusal Oneself(string what) =>
        Refusal.Conflict("CannotChangeOneself", $"You cannot {what} the principal that you are signed in as: let another operator do it.");

    private static ArmResult.Ok Answer(ServicePrincipal principal) => new ArmResult.Ok(Written(principal, secret: null));

    private static ArmBody Written(ServicePrincipal principal, string? secret) =>
        ArmBody.Of(Body(principal, secret), IdentityContract.Default.PrincipalBody);

    private static PrincipalBody Body(ServicePrincipal principal, string? secret) =>
        new(
            principal.Key,
            principal.Name,
            ServicePrincipal.Type,
            new PrincipalProperties
            {
                ClientId = principal.ClientId,
                ObjectId = principal.ObjectId,
                ClientSecret = secret,
                State = principal.StateName,
                CreatedAt = principal.CreatedOn,
                SecretSince = principal.SecretSince,
                PreviousSecretUntil = principal.Previous?.Until,
            }
        );
}
