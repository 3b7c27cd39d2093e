using Causeway.Arm;
using Causeway.Contracts.Identity;
using Causeway.Contracts.Resources;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Identity.Roles;

/// <summary><c>Microsoft.Authorization</c>: role definitions and role assignments at tenant, subscription, group and resource scope.</summary>
public sealed class RoleEndpoints(Engine engine, RoleAssignmentWorkflow workflow, IAuthorizer authorizer, PrincipalIds principals)
{
    private static readonly string[] s_versions =
    [
        "2022-04-01",
        "2022-05-01-preview",
        "2021-04-01-preview",
        "2020-10-01-preview",
        "2020-08-01-preview",
        "2020-04-01-preview",
        "2020-03-01-preview",
        "2018-09-01-preview",
        "2018-07-01",
        "2018-01-01-preview",
        "2017-10-01-preview",
        "2015-07-01",
        "2015-06-01",
    ];

    /// <summary>The namespace of roles, and of locks.</summary>
    public static ArmNamespace Authorization { get; } =
        new("Microsoft.Authorization", s_versions) { HasOperations = false, IsFrontDoor = true };

    public static ArmType Assignments { get; } =
        Authorization.Type("roleAssignments") with
        {
            Locations = [],
            SupportsTags = false,
            Name = GuidName(),
            NameInWords = "a GUID",
        };

    public static ArmType Definitions { get; } = Authorization.Type("roleDefinitions") with { Locations = [], SupportsTags = false };

    /// <summary>Scopes a role can be given on; a resource of one or two levels below its provider.</summary>
    private static readonly string[] s_scopes =
    [
        "",
        "/subscriptions/{subscription}",
        "/subscriptions/{subscription}/resourceGroups/{group}",
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/{ns}/{type}/{resource}",
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/{ns}/{type}/{resource}/{childType}/{child}",
    ];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (string scope in s_scopes)
        {
            string assignments = $"{scope}/providers/Microsoft.Authorization/roleAssignments";
            routes.MapArm($"{assignments}/{{name}}", Endpoint(Assignments, "PUT", "write", s_put), PutAsync);
            routes.MapArm($"{assignments}/{{name}}", Endpoint(Assignments, "GET", "read", s_get), GetAsync);
            routes.MapArm($"{assignments}/{{name}}", Endpoint(Assignments, "DELETE", "delete", s_delete), DeleteAsync);
            routes.MapArm(assignments, Endpoint(Assignments, "GET", "read", s_list, ArmTarget.List), ListAsync);
            string definitions = $"{scope}/providers/Microsoft.Authorization/roleDefinitions";
            routes.MapArm(definitions, Endpoint(Definitions, "GET", "read", s_listDefinitions, ArmTarget.List), ListDefinitions);
            routes.MapArm($"{definitions}/{{name}}", Endpoint(Definitions, "GET", "read", s_getDefinition), GetDefinition);
        }
    }

    private static readonly ArmContract s_put = new("Create", "Gives a principal a role at a scope.")
    {
        Body = () => IdentityContract.Default.RoleAssignmentBody,
        Answer = () => IdentityContract.Default.RoleAssignmentBody,
        Statuses = [200, 201],
    };

    private static readonly ArmContract s_get = ArmContract.Get(Assignments, () => IdentityContract.Default.RoleAssignmentBody);

    private static readonly ArmContract s_delete = new("Delete", "Takes a role away.")
    {
        Answer = () => IdentityContract.Default.RoleAssignmentBody,
        Statuses = [200, 204],
    };

    private static readonly ArmContract s_list = new("List", "Lists the role assignments that hold at a scope, above it and below it.")
    {
        Answer = () => IdentityContract.Default.RoleAssignmentBody,
        IsPage = true,
        Parameters = [new("$filter", "atScope() leaves out what is below; principalId eq '…' and assignedTo('…') keep one principal's.")],
    };

    private static readonly ArmContract s_listDefinitions = new("List", "Lists the roles that there are.")
    {
        Answer = () => IdentityContract.Default.ListBodyRoleDefinitionBody,
        Parameters = [new("$filter", "roleName eq '…' keeps the one of that name.")],
    };

    private static readonly ArmContract s_getDefinition = ArmContract.Get(Definitions, () => IdentityContract.Default.RoleDefinitionBody);

    private static ArmEndpoint Endpoint(
        ArmType type,
        string method,
        string verb,
        ArmContract contract,
        ArmTarget target = ArmTarget.Extension
    ) => new(type, method, $"{type.FullName}/{verb}", target) { NeedsGroup = false, Contract = contract };

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        string name = request.Route("name");
        if (!GuidText.TryParse(name, out _))
            return ArmErrors.InvalidName(Assignments, name);
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        BodyReader body = await request.BodyAsync();
        // 2015-07-01 and later nest the members in properties.
        BodyReader properties = body.Object("properties", required: true);
        string? roleId = properties.String("roleDefinitionId", required: true);
        string? principalId = properties.String("principalId", longest: 256, required: true);
        string? principalType = properties.OneOf("principalType", ["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"]);
        RoleDefinition? role = roleId is null ? null : BuiltInRoles.Find(roleId[(roleId.LastIndexOf('/') + 1)..]);
        if (roleId is not null && role is null)
            properties.Problem(
                "RoleDefinitionDoesNotExist",
                "roleDefinitionId",
                $"The specified role definition '{roleId}' does not exist: use one of {string.Join(", ", BuiltInRoles.All.Select(r => $"{r.Id} ({r.Name})"))}."
            );
        if (principalId is not null)
        {
            (string? objectId, Refusal? why) = await principals.ResolveAsync(principalId, request.Aborted);
            if (why is not null)
                properties.Problem(why);
            principalId = objectId;
        }
        if (body.Refusal is { } no)
            return no;
        // Owners give roles on what is theirs; what belongs to the operator is not theirs to give.
        if (
            BuiltInRoles.IsOperators(role!)
            && !await authorizer.MayAsync(request.Caller, BuiltInRoles.GiveOperatorRoles, request.Scope, request.Aborted)
        )
            return ArmErrors.Forbidden(request.Caller, BuiltInRoles.GiveOperatorRoles, request.Scope);

        ResourceId id = RoleAssignment.IdOf(request.Scope, name);
        var assignment = new RoleAssignment(id.Text, role!.Id, principalId!, principalType ?? "ServicePrincipal", request.Now);
        var signal = new RoleAssignmentSignal.Assign(assignment, request.Now);
        switch (await engine.SendAsync(id, RoleAssignment.Type, signal, Context(request), CancellationToken.None))
        {
            case SendOutcome.Refused refused:
                return refused.Refusal;
            case SendOutcome.Delivered { Resources: [{ After: Versioned<RoleAssignment> after } sent, ..] }:
                ArmBody answer = Written(after.Resource);
                return sent.IsNew ? new ArmResult.Created(answer) : new ArmResult.Ok(answer);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request)
    {
        ResourceId id = RoleAssignment.IdOf(request.Scope, request.Route("name"));
        return await engine.ReadAsync(workflow, id, request.Aborted) is { } found
            ? new ArmResult.Ok(Written(found.Resource))
            : new ArmResult.Refused(
                Refusal.NotFound("RoleAssignmentNotFound", $"The role assignment '{id.Name}' is not found."),
                Gateway: true
            );
    }

    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        ResourceId id = RoleAssignment.IdOf(request.Scope, request.Route("name"));
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        if (await engine.ReadAsync(workflow, id, request.Aborted) is not { } found)
            return new ArmResult.NoContent();
        if (
            found.Resource is { Scope: "/" } operators
            && operators.RoleId == BuiltInRoles.Operator.Id
            && operators.PrincipalId.Equals(request.Caller.ObjectId, StringComparison.OrdinalIgnoreCase)
        )
            return Refusal.Conflict(
                "CannotChangeOneself",
                "You cannot take the operator's role from yourself: let another operator do it, so that one is left."
            );
        SendOutcome outcome = await engine.SendAsync(
            id,
            RoleAssignment.Type,
            new RoleAssignmentSignal.Remove(request.Now),
            Context(request),
            CancellationToken.None
        );
        return outcome is SendOutcome.Refused refused ? refused.Refusal : new ArmResult.Ok(Written(found.Resource));
    }

    /// <summary>
    /// What applies at the scope: assignments on it, below it and above it; atScope() leaves out those below, <c>principalId eq</c> and
    /// <c>assignedTo</c> keep one principal's.
    /// </summary>
    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        string filter = request.Query("$filter") ?? "";
        string? principal = Quoted(filter, "principalId eq ") ?? Quoted(filter, "assignedTo(");
        if (principal is not null)
            principal = (await principals.ResolveAsync(principal, request.Aborted)).ObjectId ?? principal;
        bool atScope = filter.Contains("atScope()", StringComparison.OrdinalIgnoreCase);
        var found = new List<RoleAssignment>();
        await foreach (
            StoredResource row in engine.Store.AllAsync(new ResourceQuery { Type = RoleAssignment.Type, Most = 1000 }, request.Aborted)
        )
        {
            RoleAssignment assignment = workflow.Read(row).Resource;
            if (
                Applies(assignment.Scope, request.Scope, atScope)
                && (principal is null || principal.Equals(assignment.PrincipalId, StringComparison.OrdinalIgnoreCase))
            )
                found.Add(assignment);
        }
        return await request.ListAsync(found, null, a => a.Id, Body, IdentityContract.Default.RoleAssignmentBody);
    }

    private static bool Applies(string scope, ResourceId? asked, bool atScope) =>
        scope == "/" || asked is null
            ? scope == "/" || !atScope
            : ResourceId.TryParse(scope, out ResourceId? id) && (id.Contains(asked) || (!atScope && asked.Contains(id)));

    private static string? Quoted(string filter, string before)
    {
        int at = filter.IndexOf(before, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        string rest = filter[(at + before.Length)..];
        string[] parts = rest.Split('\'');
        return parts.Length >= 3 ? parts[1] : null;
    }

    private ValueTask<ArmResult> ListDefinitions(ArmRequest request)
    {
        string? name = Quoted(request.Query("$filter") ?? "", "roleName eq ");
        IEnumerable<RoleDefinition> roles = BuiltInRoles.All.Where(r =>
            name is null || r.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        );
        return ValueTask.FromResult(
            ArmResult.Of(
                new ListBody<RoleDefinitionBody>([.. roles.Select(r => Body(r, request.Scope))]),
                IdentityContract.Default.ListBodyRoleDefinitionBody
            )
        );
    }

    private ValueTask<ArmResult> GetDefinition(ArmRequest request) =>
        ValueTask.FromResult(
            BuiltInRoles.Find(request.Route("name")) is { } role
                ? ArmResult.Of(Body(role, request.Scope), IdentityContract.Default.RoleDefinitionBody)
                : new ArmResult.Refused(
                    Refusal.NotFound(
                        "RoleDefinitionDoesNotExist",
                        $"The specified role definition with ID '{request.Route("name")}' does not exist."
                    ),
                    Gateway: true
                )
        );

    private static SendContext Context(ArmRequest request) => new(request.Caller.ObjectId, request.CorrelationId);

    private static ArmBody Written(RoleAssignment assignment) => ArmBody.Of(Body(assignment), IdentityContract.Default.RoleAssignmentBody);

    private static RoleAssignmentBody Body(RoleAssignment assignment) =>
        new(
            new RoleAssignmentProperties
            {
                RoleDefinitionId = DefinitionId(
                    ResourceId.TryParse(assignment.Scope, out ResourceId? scope) ? scope : null,
                    assignment.RoleId
                ),
                PrincipalId = assignment.PrincipalId,
                PrincipalType = assignment.PrincipalType,
                Scope = assignment.Scope,
                CreatedOn = assignment.CreatedOn,
                UpdatedOn = assignment.CreatedOn,
            },
            assignment.Key,
            RoleAssignment.Type,
            assignment.Id.Name
        );

    private static RoleDefinitionBody Body(RoleDefinition role, ResourceId? scope) =>
        new(
            new RoleDefinitionProperties
            {
                RoleName = role.Name,
                Type = "BuiltInRole",
                Description = role.Description,
                AssignableScopes = ["/"],
                Permissions = [new(role.Actions, role.NotActions)],
            },
            DefinitionId(scope, role.Id),
            Definitions.FullName,
            role.Id
        );

    private static string DefinitionId(ResourceId? scope, string role) =>
        $"{(scope?.Subscription is { } s ? $"/subscriptions/{s}" : "")}/providers/{Definitions.FullName}/{role}";

    private static System.Text.RegularExpressions.Regex GuidName() => new(@"\A[0-9a-fA-F-]{36}\z");
}
