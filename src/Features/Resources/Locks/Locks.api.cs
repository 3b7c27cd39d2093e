using System.Text.RegularExpressions;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Domain.Resources;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Resources;

/// <summary><c>Microsoft.Authorization/locks</c> on subscriptions, groups and resources. That they hold is the pipeline's (<see cref="IArmLocks"/>).</summary>
public sealed class Locks : Feature
{
    protected internal override void Define(FeatureBuilder f)
    {
        f.Types(LockEndpoints.Type).Workflow<LockWorkflow>().Endpoints<LockEndpoints>();
        f.Services.AddSingleton<IArmLocks, LockTable>();
    }
}

internal sealed partial class LockEndpoints(Engine engine, LockWorkflow workflow, IStore store, StoreScopes scopes) : IEndpoints
{
    private static readonly string[] s_versions =
    [
        "2020-05-01",
        "2017-04-01",
        "2016-09-01",
        "2015-06-01",
        "2015-05-01-preview",
        "2015-01-01",
    ];

    public static ArmType Type { get; } =
        new(RoleEndpoints.Authorization, "locks", s_versions)
        {
            Locations = [],
            SupportsTags = false,
            Name = LockName(),
            NameInWords = "1 to 90 letters, digits, '-', '_', '.', '(' and ')', not ending with '.'",
        };

    private static readonly string[] s_scopes =
    [
        "/subscriptions/{subscription}",
        "/subscriptions/{subscription}/resourceGroups/{group}",
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/{ns}/{type}/{resource}",
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/{ns}/{type}/{resource}/{childType}/{child}",
    ];

    private static readonly ArmContract s_put = new("CreateOrUpdate", "Locks a scope, or changes its lock.")
    {
        Body = () => ResourcesContract.Default.LockBody,
        Answer = () => ResourcesContract.Default.LockBody,
        Statuses = [200, 201],
    };

    private static readonly ArmContract s_list = new("List", "Lists the locks at a scope and below it.")
    {
        Answer = () => ResourcesContract.Default.LockBody,
        IsPage = true,
        Parameters = [new("$filter", "atScope() leaves out what is below.")],
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (string scope in s_scopes)
        {
            string locks = $"{scope}/providers/{ManagementLock.ResourceType}";
            routes.MapArm($"{locks}/{{name}}", Endpoint("PUT", "write", s_put), PutAsync);
            routes.MapArm(
                $"{locks}/{{name}}",
                Endpoint("GET", "read", ArmContract.Get(Type, () => ResourcesContract.Default.LockBody)),
                GetAsync
            );
            routes.MapArm(
                $"{locks}/{{name}}",
                Endpoint("DELETE", "delete", ArmContract.Delete(Type) with { AnswersNothing = true }),
                DeleteAsync
            );
            routes.MapArm(locks, Endpoint("GET", "read", s_list) with { Target = ArmTarget.List }, ListAsync);
        }
    }

    private static ArmEndpoint Endpoint(string method, string verb, ArmContract contract) =>
        new(Type, method, $"{ManagementLock.ResourceType}/{verb}", ArmTarget.Extension) { NeedsGroup = false, Contract = contract };

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        string name = request.Route("name");
        if (!Type.Name.IsMatch(name))
            return ArmErrors.InvalidName(Type, name);
        if (await AbsentAsync(request) is { } absent)
            return absent;
        BodyReader body = await request.BodyAsync();
        BodyReader properties = body.Object("properties", required: true);
        string? level = properties.OneOf("level", [ManagementLock.CanNotDelete, ManagementLock.ReadOnly], required: true);
        string? notes = properties.String("notes", 512, lines: true);
        string? owners = properties.Kept(null, "owners");
        if (body.Refusal is { } no)
            return no;
        ResourceId id = ManagementLock.IdOf(request.Id, name);
        return await engine.SendAsync(
            id,
            ManagementLock.ResourceType,
            new LockSignal.Put(new ManagementLock(id.Text, level!, notes, owners), request.Now),
            new SendContext(request.Caller.ObjectId, request.CorrelationId),
            CancellationToken.None
        ) switch
        {
            SendOutcome.Refused refused => refused.Refusal,
            SendOutcome.Delivered { Resources: [{ After: Versioned<ManagementLock> after } sent, ..] } => sent.IsNew
                ? new ArmResult.Created(Written(after.Resource))
                : new ArmResult.Ok(Written(after.Resource)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request)
    {
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        string name = request.Route("name");
        return
            Type.Name.IsMatch(name) && await engine.ReadAsync(workflow, ManagementLock.IdOf(request.Id, name), request.Aborted) is { } found
            ? new ArmResult.Ok(Written(found.Resource))
            : new ArmResult.Refused(Refusal.NotFound("LockNotFound", $"The lock '{name}' could not be found."), Gateway: true);
    }

    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        string name = request.Route("name");
        if (!Type.Name.IsMatch(name))
            return new ArmResult.NoContent();
        ResourceId id = ManagementLock.IdOf(request.Id, name);
        if (await engine.ReadAsync(workflow, id, request.Aborted) is null)
            return new ArmResult.NoContent();
        SendOutcome outcome = await engine.SendAsync(
            id,
            ManagementLock.ResourceType,
            new LockSignal.Remove(request.Now),
            new SendContext(request.Caller.ObjectId, request.CorrelationId),
            CancellationToken.None
        );
        return outcome is SendOutcome.Refused refused ? refused.Refusal : new ArmResult.Empty();
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } wrong)
            return wrong;
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        bool isAtScope =
            request.Query("$filter")?.Replace(" ", "", StringComparison.Ordinal).Equals("atScope()", StringComparison.OrdinalIgnoreCase)
            == true;
        Page<StoredResource> rows = await store.ListAsync(
            new ResourceQuery
            {
                Scope = request.Id,
                Type = ManagementLock.ResourceType,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        ManagementLock[] locks =
        [
            .. rows
                .Items.Select(r => workflow.TryRead(r, out Versioned<ManagementLock>? read) ? read.Resource : null)
                .OfType<ManagementLock>()
                .Where(l => !isAtScope || l.Scope == request.Id),
        ];
        return await request.ListAsync(locks, rows.After, l => l.Id, Body, ResourcesContract.Default.LockBody);
    }

    /// <summary>What is locked has to be there: a lock on a name that is written wrong would hold nothing.</summary>
    private async ValueTask<ArmResult?> AbsentAsync(ArmRequest request)
    {
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        if (request.Id.GroupId is { } groupId && await scopes.GroupAsync(groupId, request.Aborted) is { Deleting: true })
            return ArmErrors.GroupBeingDeleted(groupId.Name);
        ResourceId top = request.Id;
        while (top.Names.Count > 1)
            top = top.Parent!;
        return top.Provider is not null && await store.GetAsync(top, request.Aborted) is null ? ArmErrors.ResourceNotFound(top) : null;
    }

    private static ArmBody Written(ManagementLock locked) => ArmBody.Of(Body(locked), ResourcesContract.Default.LockBody);

    private static LockBody Body(ManagementLock locked) =>
        new()
        {
            Properties = new()
            {
                Level = locked.Level,
                Notes = locked.Notes,
                Kept = KeptMembers.Shown(locked.Owners),
            },
            Id = locked.Key,
            Type = ManagementLock.ResourceType,
            Name = locked.Id.Name,
        };

    [GeneratedRegex(@"\A(?!(?i:providers)\z)[A-Za-z0-9._()-]{0,89}[A-Za-z0-9_()-]\z", RegexOptions.CultureInvariant)]
    private static partial Regex LockName();
}
