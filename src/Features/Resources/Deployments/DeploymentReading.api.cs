using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Templates;
using Causeway.Templates.Evaluation;
using Causeway.Templates.Language;
using Causeway.Templates.Values;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources;

/// <summary>What a body asks to be deployed, having been looked at as far as that is possible beforehand.</summary>
internal sealed record DeploymentOrder(
    DeploymentSignal.Begin Begin,
    Template Template,
    DeploymentPlan Plan,
    Value.Object Parameters,
    bool IsResourceIdOnly
);

/// <summary>Reads what is asked for: of PUT, of <c>validate</c>, of <c>whatIf</c>.</summary>
internal sealed class DeploymentReading(
    IStore store,
    ArmTypes types,
    IAuthorizer authorizer,
    SubscriptionWorkflow subscriptions,
    DeploymentWorkflow workflow,
    DeploymentContents contents
)
{
    /// <summary>How many denied resources are named at once.</summary>
    private const int MostProblems = 20;

    /// <summary>How many deployments within a template are looked at before it begins; what is wrong in further ones is told when their turn comes.</summary>
    private const int MostWithin = 100;

    /// <param name="isWhatIf">Secret parameters are not known then, so that they are shown nowhere.</param>
    public async ValueTask<(DeploymentOrder? Order, Refusal? Refusal)> ReadAsync(ArmRequest request, bool isWhatIf = false)
    {
        BodyReader body = (await request.ContentAsync()).Reader();
        ResourceId id = request.Id;
        string location = Location(body, id);
        ImmutableSortedDictionary<string, string>? tags = body.Tags();
        BodyReader properties = body.Object("properties", required: true);
        string? mode = properties.OneOf("mode", ["Incremental", "Complete"], required: true);
        if (properties.Has("templateLink") || properties.Has("parametersLink"))
            properties.Problem(
                "TemplateLinkNotSupported",
                properties.Has("templateLink") ? "templateLink" : "parametersLink",
                "Templates and parameters that lie elsewhere are not fetched here: send 'template' and 'parameters' themselves."
            );
        else
            properties.Object("template", required: true);
        bool isComplete = mode == "Complete";
        if (isComplete && id.ResourceGroup is null)
            properties.Problem("InvalidDeploymentMode", "mode", "A deployment to a subscription can only be Incremental.");
        BodyReader onError = properties.Object("onErrorDeployment");
        string? errorType = onError.OneOf("type", ["LastSuccessful", "SpecificDeployment"], required: onError.IsPresent);
        string? errorName = onError.String("deploymentName", 64, required: errorType == "SpecificDeployment");
        bool isResourceIdOnly =
            properties.Object("whatIfSettings").OneOf("resultFormat", ["FullResourcePayloads", "ResourceIdOnly"]) == "ResourceIdOnly";
        if (body.Refusal is { } no)
            return (null, no);
        OnDeploymentError? instead = errorType is null
            ? null
            : new OnDeploymentError(
                errorType == "LastSuccessful",
                errorName is null ? await LastSuccessfulAsync(id, request.Aborted)
                    : id.GroupId is { } inGroup
                        ? ResourceId.Of(id.Subscription!, inGroup.Name, "Microsoft.Resources", "deployments", errorName)
                    : ResourceId.Parse($"/subscriptions/{id.Subscription}/providers/{Deployment.ResourceType}/{errorName}")
            );
        if (errorName is not null && await store.GetAsync(instead!.Deployment!, request.Aborted) is null)
            return (
                null,
                Refusal.Invalid(
                    "DeploymentNotFound",
                    $"Deployment '{errorName}' could not be found.",
                    "properties.onErrorDeployment.deploymentName"
                )
            );
        try
        {
            JsonElement sent = properties.Element!.Value;
            return await OrderAsync(request, location, tags, sent, isComplete, instead, isWhatIf, isResourceIdOnly);
        }
        catch (TemplateException e)
        {
            return (null, Wrong(e, properties.Element!.Value));
        }
    }

    /// <summary>What is wrong with a template, as ARM says it.</summary>
    /// <param name="sent">The deployment's properties as they were sent, so that the line and the column can be said; null when they are not at hand.</param>
    public static Refusal Wrong(TemplateException e, JsonElement? sent = null)
    {
        TemplatePlace at = sent is { } properties && e.Path is not null ? TemplatePlace.Find(properties, e.Path) : TemplatePlace.Unknown;
        if (e.Code == TemplateException.NotTheShape)
            return Refusal.Invalid(
                e.Code,
                e.Path is null
                    ? $"The request content was invalid and could not be deserialized: '{e.Message}'."
                    : $"The request content was invalid and could not be deserialized: '{e.Message} Path 'properties.template.{e.Path}', line {at.Line}, position {at.NameEnd}.'.",
                e.Path
            );
        string place =
            e.Path is null ? ""
            : at.Line > 0 ? $"At '{e.Path}' (line '{at.Line}' and column '{at.Column}'): "
            : $"At '{e.Path}': ";
        return Refusal.Invalid(e.Code, $"Deployment template validation failed: '{place}{e.Message}'.", e.Path) with
        {
            AdditionalInfo =
            [
                new(
                    "TemplateViolation",
                    new JsonObject
                    {
                        ["lineNumber"] = at.Line,
                        ["linePosition"] = at.Column,
                        ["path"] = e.Path is null ? "" : $"properties.template.{e.Path}",
                    }.ToJsonString()
                ),
            ],
        };
    }

    private static string Location(BodyReader body, ResourceId id)
    {
        if (id.ResourceGroup is null)
            return body.Location() ?? "";
        if (body.Has("location"))
            body.Problem(
                "InvalidDeployment",
                "location",
                $"The 'location' property is not allowed for '{id.Name}' at resource group scope. Please see https://aka.ms/deploy-to-subscription for usage details."
            );
        return "";
    }

    private async ValueTask<(DeploymentOrder?, Refusal?)> OrderAsync(
        ArmRequest request,
        string location,
        ImmutableSortedDictionary<string, string>? tags,
        JsonElement properties,
        bool isComplete,
        OnDeploymentError? onError,
        bool isWhatIf,
        bool isResourceIdOnly
    )
    {
        ResourceId id = request.Id;
        Template template = Template.Read(Member(properties, "template")!);
        var caller = new DeploymentCaller(request.Caller.ObjectId, request.Caller.ClientId, request.Caller.TenantId);
        Value.Object? group = id.GroupId is { } groupId ? await GroupAsync(groupId, request.Aborted) : null;
        Value.Object subscription = await SubscriptionAsync(request.Subscription, request.Aborted);
        DeploymentFacts facts = DeploymentKnowledge.Of(
            id,
            location,
            request.Now,
            caller,
            request.Base,
            isComplete,
            template.Json,
            template.Hash,
            group,
            subscription,
            types
        );
        Value.Object bound = TemplateParameters.Bind(template, Member(properties, "parameters"), facts);
        Value.Object shown = TemplateParameters.Show(template, bound);
        if (isWhatIf)
            bound = TemplateParameters.WithoutSecrets(template, bound);
        facts = DeploymentKnowledge.Of(
            id,
            location,
            request.Now,
            caller,
            request.Base,
            isComplete,
            template.Json,
            template.Hash,
            group,
            subscription,
            types,
            shown
        );
        DeploymentPlan plan = DeploymentPlan.Make(template, bound, facts);
        if (
            await store.GetAsync(id, request.Aborted) is { } present
            && DeploymentWorkflow.Elsewhere(id.Name, present.Location, location) is { } elsewhere
        )
            return (null, elsewhere);
        if (await ForbiddenAsync(request, plan) is { } no)
            return (null, no);
        // What is secret is not known to a what-if, and might be refused for what stands in its place.
        if (!isWhatIf)
            await LookWithinAsync(request, plan, caller);
        var content = new DeploymentContent(template.Json, bound, group, subscription);
        var begin = new DeploymentSignal.Begin(
            id,
            location,
            tags,
            new DeploymentRequest
            {
                At = request.Now,
                Caller = caller,
                CorrelationId = request.CorrelationId,
                Endpoint = request.Base,
                IsComplete = isComplete,
                TemplateHash = template.Hash,
                Content = isWhatIf ? "" : contents.Seal(id, content),
                Fingerprint = isWhatIf ? "" : contents.Fingerprint(content),
                Parameters = shown.ToString(),
                OnError = onError,
            },
            [
                .. plan.Resources.Select(r => new DeploymentStep(r.Key, r.Id)
                {
                    DependsOn = r.DependsOn,
                    Location = r.Location is { } where ? Regions.Normalise(where) : null,
                    State = r.IsSkipped ? StepState.Skipped : StepState.Waiting,
                }),
            ],
            request.Ticket()
        );
        return (new DeploymentOrder(begin, template, plan, shown, isResourceIdOnly), null);
    }

    /// <summary>
    /// Looks at the templates of deployments within a template, as far as they are known beforehand, so that what is wrong in one is told at once and with its place
    /// in what was sent. Of a loop the first stands for all.
    /// </summary>
    /// <exception cref="TemplateException">One is wrong.</exception>
    private async ValueTask LookWithinAsync(ArmRequest request, DeploymentPlan plan, DeploymentCaller caller)
    {
        int looked = 0;
        var plans = new Queue<(DeploymentPlan Plan, string Path)>([(plan, "")]);
        while (plans.TryDequeue(out (DeploymentPlan Plan, string Path) outer))
            foreach (PlannedResource nested in outer.Plan.Resources.Where(IsMadeWithin).DistinctBy(r => r.Path))
            {
                if (looked++ == MostWithin)
                    return;
                string path = $"{outer.Path}{nested.Path}.properties.template.";
                try
                {
                    if (await PlanWithinAsync(request, outer.Plan, nested, caller) is { } inner)
                        plans.Enqueue((inner, path));
                }
                catch (TemplateException e)
                {
                    throw e.Within(path);
                }
            }
    }

    private static bool IsMadeWithin(PlannedResource resource) =>
        resource is { IsSkipped: false, IsExisting: false }
        && resource.Id.Type.Equals(Deployment.ResourceType, StringComparison.OrdinalIgnoreCase);

    /// <summary>The plan of a deployment within a template; null while it takes answers of resources, or stands in a group that is not there yet.</summary>
    private async ValueTask<DeploymentPlan?> PlanWithinAsync(
        ArmRequest request,
        DeploymentPlan outer,
        PlannedResource nested,
        DeploymentCaller caller
    )
    {
        ResourceId id = nested.Id;
        if (
            outer.Body(nested, new Dictionary<string, Value>(), out _) is not { } body
            || body.Get("properties") is not Value.Object properties
            || properties.Get("template") is not { } json
            || !await authorizer.MayAsync(request.Caller, $"{Deployment.ResourceType}/write", id, request.Aborted)
        )
            return null;
        Value.Object? group = id.GroupId is { } groupId ? await GroupAsync(groupId, request.Aborted) : null;
        if (group is null && id.GroupId is not null)
            return null;
        Template template = Template.Read(json);
        DeploymentFacts facts = DeploymentKnowledge.Of(
            id,
            (body.Get("location") as Value.Text)?.Characters ?? "",
            request.Now,
            caller,
            request.Base,
            isComplete: false,
            template.Json,
            template.Hash,
            group,
            await SubscriptionAsync(id.Subscription!, request.Aborted),
            types
        );
        return DeploymentPlan.Make(template, TemplateParameters.Bind(template, properties.Get("parameters"), facts), facts);
    }

    /// <summary>What can be refused before anything is made: unknown types and versions, what cannot stand where it would, and what the caller may not.</summary>
    private async ValueTask<Refusal?> ForbiddenAsync(ArmRequest request, DeploymentPlan plan)
    {
        var problems = new List<Refusal>();
        foreach (PlannedResource resource in plan.Resources.Where(r => !r.IsSkipped))
        {
            if (problems.Count == MostProblems)
                break;
            if (types.Find(resource.Id.Type) is not { } type)
                problems.Add(
                    Told(
                        resource,
                        types.Namespace(resource.Id.Provider ?? "") is { } ns
                            ? ArmErrors.InvalidResourceType(ns, resource.ApiVersion)
                            : ArmErrors.InvalidResourceNamespace(resource.Id.Provider ?? "")
                    )
                );
            else if (!type.Supports(resource.ApiVersion))
                problems.Add(Told(resource, ArmErrors.UnsupportedApiVersion(type, resource.ApiVersion, "", types.LocationsOf(type))));
            else if (!resource.IsExisting && type.Name.IsMatch(resource.Id.Name) && !request.CanBeWritten(resource.Id))
                problems.Add(Told(resource, ArmErrors.MethodNotAllowed("PUT", resource.Id.Text)));
            else if (!resource.IsExisting && !await authorizer.MayAsync(request.Caller, ActionOf(type), resource.Id, request.Aborted))
                problems.Add(Told(resource, ArmErrors.Forbidden(request.Caller, ActionOf(type), resource.Id)));
        }
        if (problems.Count == 0)
            return null;
        return new Refusal(
            problems.TrueForAll(p => p.Kind == RefusalKind.Forbidden) ? RefusalKind.Forbidden : RefusalKind.Invalid,
            "InvalidTemplateDeployment",
            $"The template deployment '{request.Id.Name}' is not valid according to the validation procedure. See inner errors for details."
        )
        {
            Details = problems,
        };
    }

    /// <summary>What writing a resource of a type needs.</summary>
    private static string ActionOf(ArmType type) =>
        type == ResourceTypes.Groups ? "Microsoft.Resources/subscriptions/resourceGroups/write" : $"{type.FullName}/write";

    private static Refusal Told(PlannedResource resource, ArmResult refused) =>
        ((ArmResult.Refused)refused).Refusal with
        {
            Target = resource.Id.Text,
        };

    private async ValueTask<ResourceId?> LastSuccessfulAsync(ResourceId id, CancellationToken cancellation)
    {
        ResourceId scope = id.GroupId ?? ResourceId.OfSubscription(id.Subscription!);
        Page<StoredResource> page = await store.ListAsync(
            new ResourceQuery
            {
                Type = Deployment.ResourceType,
                Label = Deployment.ScopeLabel(scope),
                Most = 1000,
            },
            cancellation
        );
        return page
            .Items.Where(r => r.State == nameof(DeploymentState.Succeeded) && r.Id != id)
            .OrderByDescending(r => r.Changed)
            .FirstOrDefault(r => workflow.TryRead(r, out _))
            ?.Id;
    }

    private async ValueTask<Value.Object?> GroupAsync(ResourceId group, CancellationToken cancellation) =>
        await store.GetAsync(group, cancellation) is not { } row
            ? null
            : DeploymentKnowledge
                .Object(("id", row.Id.Text), ("name", row.Id.Name), ("type", ResourceGroup.ResourceType), ("location", row.Location))
                .With("tags", new Value.Object(row.Tags.Select(t => KeyValuePair.Create(t.Key, (Value)new Value.Text(t.Value)))))
                .With("properties", DeploymentKnowledge.Object(("provisioningState", "Succeeded")));

    private async ValueTask<Value.Object> SubscriptionAsync(string subscription, CancellationToken cancellation)
    {
        StoredResource? row = await store.GetAsync(ResourceId.OfSubscription(subscription), cancellation);
        Subscription? known = row is null ? null : subscriptions.Read(row).Resource;
        return DeploymentKnowledge.Object(
            ("id", $"/subscriptions/{subscription}"),
            ("subscriptionId", subscription),
            ("tenantId", known?.TenantId ?? ""),
            ("displayName", known?.DisplayName ?? "")
        );
    }

    private static Value? Member(JsonElement json, string name)
    {
        foreach (JsonProperty member in json.EnumerateObject())
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return Value.Of(member.Value);
        return null;
    }
}
