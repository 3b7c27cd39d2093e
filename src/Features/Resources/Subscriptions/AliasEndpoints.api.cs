using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Resources;
using Causeway.Identity.Directory;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary>
/// <c>Microsoft.Subscription</c>: how a customer or a provider gets a subscription after first start (aliases), and what becomes of it (rename, cancel,
/// enable). The operator's; who may do what in the new subscription, role assignments say.
/// </summary>
public sealed class AliasEndpoints(
    Engine engine,
    AliasWorkflow workflow,
    SubscriptionWorkflow subscriptions,
    StoreScopes scopes,
    PrincipalIds principals,
    Installation installation
) : IEndpoints
{
    private const string Action = "Microsoft.Causeway/operator/subscriptions";
    private const int LongestName = 64;

    public static ArmType Type { get; } = Namespaces.Subscription.Type("aliases") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes)
    {
        string list = $"/providers/{Type.FullName}";
        routes.MapArm(list, Endpoint("GET", "read", ArmTarget.List), ListAsync);
        routes.MapArm($"{list}/{{name0}}", Endpoint("GET", "read"), GetAsync);
        routes.MapArm($"{list}/{{name0}}", Endpoint("PUT", "write"), PutAsync);
        routes.MapArm($"{list}/{{name0}}", Endpoint("DELETE", "delete"), DeleteAsync);
        string one = $"/subscriptions/{{subscription}}/providers/{Type.Namespace}";
        routes.MapArm($"{one}/rename", Endpoint("POST", "rename/action", ArmTarget.Scope), RenameAsync);
        routes.MapArm($"{one}/cancel", Endpoint("POST", "cancel/action", ArmTarget.Scope), CancelAsync);
        routes.MapArm($"{one}/enable", Endpoint("POST", "enable/action", ArmTarget.Scope), EnableAsync);
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
                Type = SubscriptionAlias.Type,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        return await request.ListAsync(rows.Items, rows.After, r => r.Id, (json, row) => Write(json, workflow.Read(row).Resource));
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await ReadAsync(request) is { } found ? new ArmResult.Ok(ArmBody.Json(found, Write)) : ArmErrors.ResourceNotFound(request.Id);

    /// <summary>
    /// Opens a subscription, or gives an existing one a name; with <c>additionalProperties.subscriptionOwnerId</c> that principal becomes its Owner. All of
    /// it in one transaction.
    /// </summary>
    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        BodyReader properties = body.Object("properties", required: true);
        string? existing = properties.String("subscriptionId", longest: 36);
        string? name = properties.String("displayName", LongestName, required: existing is null);
        string workload = properties.OneOf("workload", ["Production", "DevTest"]) ?? "Production";
        string? owner = properties.Object("additionalProperties").String("subscriptionOwnerId", longest: 256);
        if (name is not null && string.IsNullOrWhiteSpace(name))
            properties.Problem("InvalidSubscriptionName", "displayName", $"'displayName' is empty: use 1 to {LongestName} characters.");
        if (existing is not null && !GuidText.TryParse(existing, out _))
            properties.Problem("InvalidSubscriptionId", "subscriptionId", $"'{existing}' is not a GUID.");
        else if (existing is not null && await scopes.SubscriptionAsync(existing, request.Aborted) is null)
            properties.Problem("SubscriptionNotFound", "subscriptionId", $"The subscription '{existing}' could not be found.");
        if (owner is not null)
        {
            (string? objectId, Refusal? why) = await principals.ResolveAsync(owner, request.Aborted);
            owner = objectId;
            if (why is not null)
                properties.Problem(why with { Target = "properties.additionalProperties.subscriptionOwnerId" });
        }
        if (!Type.Name.IsMatch(request.Id.Name))
            return ArmErrors.InvalidName(Type, request.Id.Name);
        if (body.Refusal is { } no)
            return no;
        if (await ReadAsync(request) is { } present)
            return new ArmResult.Ok(ArmBody.Json(present, Write));

        ResourceId subscription = ResourceId.OfSubscription(existing ?? Guid.NewGuid().ToString());
        DateTimeOffset now = request.Now;
        var alias = new SubscriptionAlias(request.Id.Text, subscription.Subscription!, name ?? "", workload, now);
        var signals = new List<Addressed> { To(request.Id, SubscriptionAlias.Type, new AliasSignal.Create(alias, now)) };
        if (existing is null)
            signals.Add(
                To(subscription, Subscription.ResourceType, new SubscriptionSignal.Open(subscription, name!, installation.TenantId, now))
            );
        if (owner is not null)
        {
            ResourceId id = RoleAssignment.IdOf(subscription, Guid.NewGuid().ToString());
            var assignment = new RoleAssignment(id.Text, BuiltInRoles.Owner.Id, owner, "ServicePrincipal", now);
            signals.Add(To(id, RoleAssignment.Type, new RoleAssignmentSignal.Assign(assignment, now)));
        }
        SendOutcome outcome = await engine.SendAsync([.. signals], Context(request), CancellationToken.None);
        return outcome is not SendOutcome.Refused refused ? new ArmResult.Created(ArmBody.Json(alias, Write))
            : refused.Refusal.Code == AliasWorkflow.Exists ? await GetAsync(request)
            : refused.Refusal;
    }

    /// <summary>Forgets the name; the subscription stays.</summary>
    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (await ReadAsync(request) is null)
            return new ArmResult.NoContent();
        await engine.SendAsync(
            request.Id,
            SubscriptionAlias.Type,
            new AliasSignal.Remove(request.Now),
            Context(request),
            CancellationToken.None
        );
        return new ArmResult.Empty();
    }

    private async ValueTask<ArmResult> RenameAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        string? name = body.String("subscriptionName", LongestName, required: true);
        if (name is not null && string.IsNullOrWhiteSpace(name))
            body.Problem("InvalidSubscriptionName", "subscriptionName", $"'subscriptionName' is empty: use 1 to {LongestName} characters.");
        return body.Refusal is { } no ? no : await ChangeAsync(request, new SubscriptionSignal.Rename(name!, request.Now));
    }

    private async ValueTask<ArmResult> CancelAsync(ArmRequest request)
    {
        Page<StoredResource> groups = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Scope = request.Id,
                Type = ResourceGroup.ResourceType,
                Most = 5,
            },
            request.Aborted
        );
        return groups.Items.Count > 0
            ? Refusal.Conflict(
                "SubscriptionHasResources",
                $"The subscription still holds resource groups ({string.Join(", ", groups.Items.Select(g => g.Id.Name))}{(groups.After is null ? "" : ", …")}): delete them first, so that nothing in it goes on being billed."
            )
            : await ChangeAsync(request, new SubscriptionSignal.Cancel(request.Now));
    }

    private ValueTask<ArmResult> EnableAsync(ArmRequest request) => ChangeAsync(request, new SubscriptionSignal.Enable(request.Now));

    private async ValueTask<ArmResult> ChangeAsync(ArmRequest request, SubscriptionSignal signal)
    {
        SendOutcome outcome = await engine.SendAsync(request.Id, subscriptions.Type, signal, Context(request), CancellationToken.None);
        return outcome is SendOutcome.Refused refused
            ? refused.Refusal
            : ArmResult.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("subscriptionId"u8, request.Subscription);
                json.WriteEndObject();
            });
    }

    private async ValueTask<SubscriptionAlias?> ReadAsync(ArmRequest request) =>
        (await engine.ReadAsync(workflow, request.Id, request.Aborted))?.Resource;

    private static Addressed To(ResourceId id, string type, Signal signal) => new(id, type, signal);

    private static SendContext Context(ArmRequest request) => new(request.Caller.ObjectId, request.CorrelationId);

    private static void Write(Utf8JsonWriter json, SubscriptionAlias alias)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, alias.Key);
        json.WriteString("name"u8, alias.Id.Name);
        json.WriteString("type"u8, SubscriptionAlias.Type);
        json.WriteStartObject("properties"u8);
        json.WriteString("subscriptionId"u8, alias.SubscriptionId);
        json.WriteString("displayName"u8, alias.DisplayName);
        json.WriteString("provisioningState"u8, "Succeeded");
        json.WriteString("workload"u8, alias.Workload);
        json.WriteString("createdTime"u8, alias.CreatedOn);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
