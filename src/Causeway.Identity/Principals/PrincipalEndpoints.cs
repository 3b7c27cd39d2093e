using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Arm;
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
        routes.MapArm(list, Endpoint("GET", "read", ArmTarget.List), ListAsync);
        routes.MapArm(one, Endpoint("GET", "read"), GetAsync);
        routes.MapArm(one, Endpoint("PUT", "write"), PutAsync);
        routes.MapArm(one, Endpoint("DELETE", "delete"), DeleteAsync);
        routes.MapArm($"{one}/rotate", Endpoint("POST", "rotate/action"), RotateAsync);
        routes.MapArm($"{one}/enable", Endpoint("POST", "enable/action"), request => SwitchAsync(request, enable: true));
        routes.MapArm($"{one}/disable", Endpoint("POST", "disable/action"), request => SwitchAsync(request, enable: false));
    }

    private static ArmEndpoint Endpoint(string method, string verb, ArmTarget target = ArmTarget.Resource) =>
        new(Type, method, $"{Action}/{verb}", target) { NeedsGroup = false };

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
            (json, row) => Write(json, workflow.Read(row).Resource, secret: null)
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
            stored =>
                stored.ClientId == clientId ? new ArmResult.Created(ArmBody.Json(json => Write(json, stored, secret))) : Answer(stored)
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
        return await SendAsync(request, rotate, stored => ArmResult.Json(json => Write(json, stored, secret)));
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
            SendOutcome.Delivered { Resources: [{ After: Versioned<ServicePrincipal> after }] } => answer(after.Resource),
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

    private static ArmResult Answer(ServicePrincipal principal) => ArmResult.Json(json => Write(json, principal, secret: null));

    private static void Write(Utf8JsonWriter json, ServicePrincipal principal, string? secret)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, principal.Key);
        json.WriteString("name"u8, principal.Name);
        json.WriteString("type"u8, ServicePrincipal.Type);
        json.WriteStartObject("properties"u8);
        json.WriteString("clientId"u8, principal.ClientId);
        json.WriteString("objectId"u8, principal.ObjectId);
        if (secret is not null)
            json.WriteString("clientSecret"u8, secret);
        json.WriteString("state"u8, principal.StateName);
        json.WriteString("createdAt"u8, principal.CreatedOn);
        json.WriteString("secretSince"u8, principal.SecretSince);
        if (principal.Previous is { } previous)
            json.WriteString("previousSecretUntil"u8, previous.Until);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
