using System.Text.Json.Serialization.Metadata;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Resources;
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
        Func<JsonTypeInfo> alias = () => ResourcesContract.Default.AliasBody;
        routes.MapArm(list, Endpoint("GET", "read", ArmContract.List(Type, "List", "tenant", alias), ArmTarget.List), ListAsync);
        routes.MapArm($"{list}/{{name0}}", Endpoint("GET", "read", ArmContract.Get(Type, alias)), GetAsync);
        var put = new ArmContract("Create", "Opens a subscription under an alias, or gives an existing one an alias.")
        {
            Body = () => ResourcesContract.Default.AliasOrderBody,
            Answer = alias,
            Statuses = [200, 201],
        };
        routes.MapArm($"{list}/{{name0}}", Endpoint("PUT", "write", put), PutAsync);
        var delete = ArmContract.Delete(Type) with { Summary = "Forgets an alias; the subscription stays." };
        routes.MapArm($"{list}/{{name0}}", Endpoint("DELETE", "delete", delete), DeleteAsync);
        string one = $"/subscriptions/{{subscription}}/providers/{Type.Namespace}";
        var rename = Change("Rename", "Gives a subscription another name.") with
        {
            Body = () => ResourcesContract.Default.SubscriptionNameBody,
        };
        routes.MapArm($"{one}/rename", Endpoint("POST", "rename/action", rename, ArmTarget.Scope), RenameAsync);
        var cancel = Change("Cancel", "Makes a subscription without resource groups read-only.");
        routes.MapArm($"{one}/cancel", Endpoint("POST", "cancel/action", cancel, ArmTarget.Scope), CancelAsync);
        var enable = Change("Enable", "Gives a canceled subscription back.");
        routes.MapArm($"{one}/enable", Endpoint("POST", "enable/action", enable, ArmTarget.Scope), EnableAsync);
    }

    private static ArmContract Change(string name, string summary) =>
        new(name, summary) { Answer = () => ResourcesContract.Default.SubscriptionIdBody };

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
                Type = SubscriptionAlias.Type,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        return await request.ListAsync(
            rows.Items,
            rows.After,
            r => r.Id,
            row => Body(workflow.Read(row).Resource),
            ResourcesContract.Default.AliasBody
        );
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await ReadAsync(request) is { } found ? new ArmResult.Ok(Written(found)) : ArmErrors.ResourceNotFound(request.Id);

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
            return new ArmResult.Ok(Written(present));

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
        return outcome is not SendOutcome.Refused refused ? new ArmResult.Created(Written(alias))
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
            : ArmResult.Of(new SubscriptionIdBody(request.Subscription), ResourcesContract.Default.SubscriptionIdBody);
    }

    private async ValueTask<SubscriptionAlias?> ReadAsync(ArmRequest request) =>
        (await engine.ReadAsync(workflow, request.Id, request.Aborted))?.Resource;

    private static Addressed To(ResourceId id, string type, Signal signal) => new(id, type, signal);

    private static SendContext Context(ArmRequest request) => new(request.Caller.ObjectId, request.CorrelationId);

    private static ArmBody Written(SubscriptionAlias alias) => ArmBody.Of(Body(alias), ResourcesContract.Default.AliasBody);

    private static AliasBody Body(SubscriptionAlias alias) =>
        new(
            alias.Key,
            alias.Id.Name,
            SubscriptionAlias.Type,
            new AliasProperties
            {
                SubscriptionId = alias.SubscriptionId,
                DisplayName = alias.DisplayName,
                ProvisioningState = "Succeeded",
                Workload = alias.Workload,
                CreatedTime = alias.CreatedOn,
            }
        );
}
