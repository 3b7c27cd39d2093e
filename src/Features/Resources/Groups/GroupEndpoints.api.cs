using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary>Resource groups.</summary>
public sealed class GroupEndpoints(
    Engine engine,
    ResourceGroupWorkflow workflow,
    Cascades cascades,
    ArmTypes types,
    EndpointDataSource endpoints
) : IEndpoints
{
    private const string Action = "Microsoft.Resources/subscriptions/resourceGroups";
    private const string Collection = "/subscriptions/{subscription}/resourceGroups";
    private const string One = Collection + "/{group}";

    /// <summary>Resources in one template, as ARM's own bound.</summary>
    private const int MostExported = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        ArmType type = ResourceTypes.Groups;
        Func<JsonTypeInfo> body = () => ResourcesContract.Default.GroupBody;
        routes.MapArm(One, Endpoint("PUT", "write", ArmContract.CreateOrUpdate(type, body, body)), PutAsync);
        routes.MapArm(One, Endpoint("GET", "read", ArmContract.Get(type, body)), GetAsync);
        var exists = new ArmContract("CheckExistence", "Says whether a resource group exists.") { Statuses = [204] };
        routes.MapArm(One, Endpoint("HEAD", "read", exists), HeadAsync);
        var update = ArmContract.UpdateTags(type, () => ResourcesContract.Default.TagsObject, body);
        routes.MapArm(One, Endpoint("PATCH", "write", update), PatchAsync);
        var delete = new ArmContract("Delete", "Deletes a resource group with everything in it.")
        {
            Statuses = [202],
            BeginsOperation = true,
        };
        routes.MapArm(One, Endpoint("DELETE", "delete", delete), DeleteAsync);
        var export = new ArmContract("ExportTemplate", "Makes a template of what stands in a resource group.")
        {
            Body = () => DeploymentsContract.Default.ExportTemplateRequest,
            Answer = () => DeploymentsContract.Default.ExportedTemplateBody,
        };
        routes.MapArm($"{One}/exportTemplate", Endpoint("POST", "exportTemplate/action", export), ExportAsync);
        var list = ArmContract.List(type, "List", "subscription", body) with { Parameters = [ResourceFilter.Parameter] };
        routes.MapArm(Collection, Endpoint("GET", "read", list) with { Target = ArmTarget.List }, ListAsync);
    }

    private static ArmEndpoint Endpoint(string method, string verb, ArmContract contract) =>
        new(ResourceTypes.Groups, method, $"{Action}/{verb}", ArmTarget.Resource) { NeedsGroup = false, Contract = contract };

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        StoredResource? present = await engine.Store.GetAsync(request.Id, request.Aborted);
        string? location = body.Location(present?.Location);
        ImmutableSortedDictionary<string, string>? tags = body.Tags();
        if (body.Refusal is { } no)
            return no.Code == "InvalidResourceLocation" ? ElsewhereAlready(request, present!.Location) : no;
        var put = new GroupSignal.Put(request.Id, location!, tags, request.Now);
        return await SendAsync(request, put, (sent, body) => sent.IsNew ? new ArmResult.Created(body) : new ArmResult.Ok(body));
    }

    private static ArmResult ElsewhereAlready(ArmRequest request, string location) =>
        Refusal.Conflict(
            "InvalidResourceGroupLocation",
            $"Invalid resource group location. The Resource group '{request.Id.Name}' already exists in location '{location}'.",
            "location"
        );

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await engine.Store.GetAsync(request.Id, request.Aborted) is { } row
            ? new ArmResult.Ok(Body(request, workflow.Read(row).Resource))
            : ArmErrors.GroupNotFound(request.Id.Name);

    private async ValueTask<ArmResult> HeadAsync(ArmRequest request) =>
        await engine.Store.GetAsync(request.Id, request.Aborted) is null
            ? ArmErrors.GroupNotFound(request.Id.Name)
            : new ArmResult.NoContent();

    private async ValueTask<ArmResult> PatchAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        ImmutableSortedDictionary<string, string>? tags = body.Tags();
        if (body.Refusal is { } no)
            return no;
        if (tags is null)
            return await GetAsync(request);
        return await SendAsync(request, new GroupSignal.SetTags(tags, request.Now), static (_, body) => new ArmResult.Ok(body));
    }

    /// <summary>
    /// Refused at once, with every blocker named, while something inside may not be deleted; else 202 and the contents go first. A second DELETE answers
    /// with the first one's operation.
    /// </summary>
    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (await engine.ReadAsync(workflow, request.Id, request.Aborted) is not { } found)
            return ArmErrors.GroupNotFound(request.Id.Name);
        if (found.Resource.Deletion is { } under)
            return Accepted(request, under);
        if (await BlockersAsync(request.Id, request.Aborted) is { Count: > 0 } blockers)
            return Blocked(request.Id, blockers);
        var deletion = new GroupDeletion(request.RequestId, request.Caller.ObjectId, request.CorrelationId, request.Now);
        SendOutcome outcome = await engine.SendAsync(
            request.Id,
            ResourceGroup.ResourceType,
            new GroupSignal.Delete(deletion),
            Context(request),
            CancellationToken.None
        );
        return outcome switch
        {
            SendOutcome.Refused refused => refused.Refusal,
            SendOutcome.Delivered { Resources: [{ After: Versioned<ResourceGroup> after }, ..] } => Accepted(
                request,
                after.Resource.Deletion!
            ),
            SendOutcome.Delivered => ArmErrors.GroupNotFound(request.Id.Name),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static ArmResult.AcceptedAt Accepted(ArmRequest request, GroupDeletion deletion) =>
        new($"/subscriptions/{request.Subscription}/operationresults/{deletion.Operation}?api-version={request.ApiVersion}");

    private async Task<IReadOnlyList<Refusal>> BlockersAsync(ResourceId group, CancellationToken cancellation)
    {
        GroupContents contents = await GroupContents.ReadAsync(engine.Store, cascades, group, cancellation);
        var blockers = new List<Refusal>();
        foreach ((StoredResource resource, ICascade cascade, _) in contents.Resources)
            if (await cascade.BlockerAsync(resource, group, cancellation) is { } blocker)
                blockers.Add(blocker with { Target = resource.Id.Text });
        blockers.AddRange(
            contents.Unknown.Select(u => Refusal.Conflict("Conflict", $"'{u.Id.Text}' cannot be deleted with its group.", u.Id.Text))
        );
        return blockers;
    }

    private static ArmResult Blocked(ResourceId group, IReadOnlyList<Refusal> blockers) =>
        Refusal.Conflict(
            "ResourceGroupDeletionBlocked",
            $"Deletion of resource group '{group.Name}' failed as resources with identifiers '{string.Join(",", blockers.Select(b => b.Target))}' may not be deleted now, and nothing was changed. "
                + string.Join(" ", blockers.Select(b => b.Message))
        ) with
        {
            Details = blockers,
        };

    private async ValueTask<ArmResult> ExportAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        HashSet<string> wanted = new(body.Strings("resources", MostExported) ?? [], StringComparer.OrdinalIgnoreCase);
        HashSet<string> options =
        [
            .. (body.String("options") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        ];
        if (wanted.Count == 0)
            body.Problem("InvalidRequestContent", "resources", "'resources' names nothing: write [\"*\"] for all, or the ids of some.");
        if (body.Refusal is { } no)
            return no;
        if (await engine.Store.GetAsync(request.Id, request.Aborted) is null)
            return ArmErrors.GroupNotFound(request.Id.Name);
        GroupContents contents = await GroupContents.ReadAsync(engine.Store, cascades, request.Id, request.Aborted);
        ResourceId[] ids =
        [
            .. contents
                .Resources.Where(r => ResourceListEndpoints.IsListed(r.Resource, types))
                .Select(r => r.Resource.Id)
                .Reverse()
                .Where(id => wanted.Contains("*") || wanted.Contains(id.Text)),
        ];
        if (ids.Length > MostExported)
            return Refusal.Invalid(
                "ExportTemplateTooManyResources",
                $"{ids.Length} resources are asked for, and a template is made of {MostExported} at most: name some of them in 'resources'.",
                "resources"
            );
        var standing = new List<StandingResource>();
        List<Refusal> left =
        [
            .. wanted
                .Except(ids.Select(id => id.Text), StringComparer.OrdinalIgnoreCase)
                .Where(w => w != "*")
                .Select(w => Refusal.NotFound("ResourceNotFound", $"'{w}' is no resource of this group.", w)),
        ];
        foreach (ResourceId id in ids)
            switch (await request.AskAsync("GET", id, default, Preconditions.None, isPermitted: false))
            {
                case ArmResult.Ok { Body: var answer } when types.Find(id.Type) is { } type:
                    standing.Add(new StandingResource(id, type.ApiVersions[0], Json(answer), SentTo(type)));
                    break;
                case ArmResult.Refused refused:
                    left.Add(refused.Refusal with { Target = id.Text });
                    break;
            }
        return ArmResult.Of(
            new ExportedTemplateBody(
                DeploymentViews.Json(
                    new GroupTemplate(standing, options, type => types.Find(type) is { } known ? SentTo(known) : null).Make().ToJsonString()
                ),
                left.Count == 0 ? null : OperationEndpoints.Detail(s_leftOut with { Details = left }, hasDetails: true)
            ),
            DeploymentsContract.Default.ExportedTemplateBody
        );
    }

    private static readonly Refusal s_leftOut = Refusal.Conflict(
        "ExportTemplateCompletedWithErrors",
        "Export template operation completed with errors. Some resources were not exported. Please see details for more information."
    );

    internal static JsonObject Json(ArmBody body)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            body.WriteTo(writer);
        return JsonNode.Parse(stream.ToArray())!.AsObject();
    }

    /// <summary>What a PUT of the type takes.</summary>
    private JsonTypeInfo? SentTo(ArmType type) =>
        endpoints
            .Endpoints.Select(e => e.Metadata.GetMetadata<ArmEndpoint>())
            .FirstOrDefault(e => e is { Method: "PUT", Target: ArmTarget.Resource } && e.Type == type)
            ?.Contract?.Body?.Invoke();

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } wrong)
            return wrong;
        if (!ResourceFilter.TryParse(request.Query("$filter"), out ResourceFilter filter, out Refusal? no))
            return no;
        Page<StoredResource> rows = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = ResourceGroup.ResourceType,
                Scope = request.Id,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        return await request.ListAsync(
            [.. rows.Items.Where(filter.Matches)],
            rows.After,
            r => r.Id,
            row => Written(request, workflow.Read(row).Resource),
            ResourcesContract.Default.GroupBody,
            request.MaySeeAsync
        );
    }

    private async ValueTask<ArmResult> SendAsync(ArmRequest request, GroupSignal signal, Func<Sent, ArmBody, ArmResult> answer)
    {
        SendContext context = Context(request) with { Precondition = row => request.Preconditions.Judge(row?.ETag) };
        return await engine.SendAsync(request.Id, ResourceGroup.ResourceType, signal, context, CancellationToken.None) switch
        {
            SendOutcome.Refused refused => refused.Refusal,
            SendOutcome.Delivered { Resources: [{ After: Versioned<ResourceGroup> after } sent, ..] } => answer(
                sent,
                Body(request, after.Resource)
            ),
            SendOutcome.Delivered => ArmErrors.GroupNotFound(request.Id.Name),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static SendContext Context(ArmRequest request) => new(request.Caller.ObjectId, request.CorrelationId);

    private static ArmBody Body(ArmRequest request, ResourceGroup group) =>
        ArmBody.Of(Written(request, group), ResourcesContract.Default.GroupBody);

    private static GroupBody Written(ArmRequest request, ResourceGroup group) =>
        new()
        {
            Id = group.Id.Text,
            Name = group.Id.Name,
            // Recorded since 2018.
            Type = request.IsSince("2018") ? ResourceGroup.ResourceType : null,
            Location = group.Location,
            Tags = group.Tags,
            Properties = new(group.StateName),
        };
}
