using System.Text.RegularExpressions;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Domain.Resources;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Templates.Evaluation;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Resources;

/// <summary><c>Microsoft.Resources/deployments</c>: templates, deployed to a group or to a subscription.</summary>
public sealed partial class Deployments : Feature
{
    /// <summary>Versions of deployments alone: of @azure/arm-resourcesdeployments 2.0.</summary>
    private static readonly string[] s_newer = ["2026-06-01"];

    internal static ArmType Type { get; } =
        new(Namespaces.Resources, "deployments", [.. s_newer, .. Namespaces.Resources.Versions])
        {
            Name = DeploymentName(),
            NameInWords = "1 to 64 letters, digits, '-', '_', '.', '(' and ')', not ending with '.'",
            SupportsTags = false,
        };

    protected internal override void Define(FeatureBuilder f)
    {
        f.Types(Type).Workflow<DeploymentWorkflow>().Effect<DeployHandler>().Endpoints<DeploymentEndpoints>();
        f.Services.AddSingleton<DeploymentContents>()
            .AddSingleton<DeploymentAsking, ArmAsking>()
            .AddSingleton<DeploymentReading>()
            .AddSingleton<WhatIf>()
            .AddSingleton<ICascade, DeploymentCascade>();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.()-]{0,63}[A-Za-z0-9_()-]\z", RegexOptions.CultureInvariant)]
    private static partial Regex DeploymentName();
}

/// <summary>Deployments at both scopes: the same handlers, by the id that the path names.</summary>
internal sealed class DeploymentEndpoints(
    Engine engine,
    DeploymentWorkflow workflow,
    DeploymentReading reading,
    DeploymentContents contents,
    WhatIf whatIf
) : IEndpoints
{
    private static readonly string[] s_scopes = ["/subscriptions/{subscription}/resourceGroups/{group}", "/subscriptions/{subscription}"];

    public void Map(IEndpointRouteBuilder routes)
    {
        DeploymentsContract wire = DeploymentsContract.Default;
        ArmType type = Deployments.Type;
        foreach (string scope in s_scopes)
        {
            bool isGroup = scope.EndsWith("{group}", StringComparison.Ordinal);
            string where = isGroup ? "resource group" : "subscription";
            string all = $"{scope}/providers/{type.FullName}";
            string one = $"{all}/{{name0}}";
            ArmContract body = new("CreateOrUpdate", $"Deploys a template to a {where}.")
            {
                Body = () => wire.DeploymentRequestBody,
                Answer = () => wire.DeploymentBody,
                Statuses = [200, 201],
                BeginsOperation = true,
            };
            Map("PUT", one, "write", body, PutAsync);
            Map("GET", one, "read", ArmContract.Get(type, () => wire.DeploymentBody), GetAsync);
            Map("HEAD", one, "read", new("CheckExistence", "Says whether there is a deployment.") { Statuses = [204] }, HeadAsync);
            Map("DELETE", one, "delete", new("Delete", "Forgets a deployment; its resources stay.") { Statuses = [202, 204] }, DeleteAsync);
            Map(
                "POST",
                $"{one}/cancel",
                "cancel/action",
                new("Cancel", "Begins nothing more of a deployment.") { Statuses = [204] },
                CancelAsync
            );
            Map(
                "POST",
                $"{one}/validate",
                "validate/action",
                body with
                {
                    Name = "Validate",
                    Summary = $"Says whether a template could be deployed to a {where}, as far as that can be said beforehand.",
                    Statuses = [200],
                    BeginsOperation = false,
                },
                ValidateAsync
            );
            Map(
                "POST",
                $"{one}/whatIf",
                "whatIf/action",
                new("WhatIf", $"Says what deploying a template to a {where} would change.")
                {
                    Body = () => wire.DeploymentRequestBody,
                    Result = () => wire.WhatIfBody,
                    Statuses = [202],
                },
                WhatIfAsync
            );
            Map(
                "POST",
                $"{one}/exportTemplate",
                "exportTemplate/action",
                new("ExportTemplate", "Gives the template of a deployment back.") { Answer = () => wire.ExportedTemplateBody },
                ExportAsync
            );
            // Clients ask for what became of resources in a group without the provider in the path, as ARM has had it from its beginning.
            foreach (string operations in isGroup ? [one, $"{scope}/deployments/{{name0}}"] : new[] { one })
            {
                string under = operations == one ? "" : "WithoutProvider";
                ArmContract list = new($"ListOperations{under}", "Lists what became of each resource of a deployment.")
                {
                    Answer = () => wire.DeploymentOperationBody,
                    IsPage = true,
                };
                Map("GET", $"{operations}/operations", "operations/read", list, OperationsAsync);
                ArmContract get = new($"GetOperation{under}", "Says what became of one resource of a deployment.")
                {
                    Answer = () => wire.DeploymentOperationBody,
                };
                Map("GET", $"{operations}/operations/{{operation}}", "operations/read", get, OperationAsync);
            }
            Map(
                "GET",
                $"{one}/operationStatuses/{{operation}}",
                "operationstatuses/read",
                new("GetOperationStatus", "Says how a deployment stands: the URL of Azure-AsyncOperation.")
                {
                    Answer = () => ResourcesContract.Default.OperationStatusBody,
                },
                StatusAsync,
                anyVersion: true
            );
            ArmContract listed = ArmContract.List(
                type,
                $"ListBy{(isGroup ? "ResourceGroup" : "Subscription")}",
                where,
                () => wire.DeploymentBody
            ) with
            {
                Parameters = [new("$filter", "provisioningState eq 'Failed', or another state.")],
            };
            Map("GET", all, "read", listed, ListAsync, target: ArmTarget.List);
        }

        void Map(
            string method,
            string path,
            string verb,
            ArmContract contract,
            ArmHandler handler,
            bool anyVersion = false,
            ArmTarget target = ArmTarget.Resource
        ) =>
            routes.MapArm(
                path,
                new ArmEndpoint(type, method, $"{type.FullName}/{verb}", target)
                {
                    Contract = contract,
                    AnyVersion = anyVersion,
                    MostBodyBytes = contract.Body is null ? null : TemplateLimits.Bytes,
                    MostJsonDepth = contract.Body is null ? null : Templates.Values.Value.MostDepth,
                    TakesRelaxedJson = contract.Body is not null,
                },
                handler
            );
    }

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        (DeploymentOrder? order, Refusal? no) = await reading.ReadAsync(request);
        if (order is null)
            return no!;
        await MakeRoomAsync(order.Begin.Id);
        SendOutcome outcome = await engine.SendAsync(
            request.Id,
            Deployment.ResourceType,
            order.Begin,
            request.Context(),
            CancellationToken.None
        );
        if (outcome is not SendOutcome.Delivered { Resources: [{ After: Versioned<Deployment> after } sent, ..] })
            return await request.RefusedAsync(outcome);
        if (after.Resource.State is DeploymentState.Running running)
        {
            request.AnswerHeaders["Azure-AsyncOperation"] = StatusUrl(request, after.Resource, running.Operation);
            request.AnswerHeaders["Retry-After"] = "1";
        }
        return sent.IsNew
            ? new ArmResult.Created(await BodyAsync(after.Resource, Moment.Created, request.Aborted))
            : new ArmResult.Ok(await BodyAsync(after.Resource, Moment.Answer, request.Aborted));
    }

    /// <summary>Clients name each of their deployments anew: near the limit the oldest that have ended are forgotten, as ARM does.</summary>
    private async ValueTask MakeRoomAsync(ResourceId id)
    {
        var all = new ResourceQuery
        {
            Type = Deployment.ResourceType,
            Label = Deployment.ScopeLabel(id.GroupId ?? ResourceId.OfSubscription(id.Subscription!)),
            Most = 1000,
            CountUpTo = Deployment.MostKept,
        };
        if (await engine.Store.CountAsync(all, CancellationToken.None) < Deployment.MostKept)
            return;
        Page<StoredResource> rows = await engine.Store.ListAsync(all, CancellationToken.None);
        foreach (
            StoredResource old in rows
                .Items.Where(r => r.State != nameof(DeploymentState.Running) && r.Id != id)
                .OrderBy(r => r.Changed)
                .Take(rows.Items.Count - Deployment.MostKept + 1)
        )
            await engine.SendAsync(
                old.Id,
                Deployment.ResourceType,
                new DeploymentSignal.Delete(old.Changed),
                SendContext.Causeway,
                CancellationToken.None
            );
    }

    private static string StatusUrl(ArmRequest request, Deployment deployment, Guid operation) =>
        $"{request.Base}{deployment.Id.Text}/operationStatuses/{operation:D}?api-version={request.ApiVersion}";

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await ReadAsync(request) is { } deployment
            ? new ArmResult.Ok(await BodyAsync(deployment, Moment.Read, request.Aborted))
            : await NotFoundAsync(request);

    private async ValueTask<ArmResult> HeadAsync(ArmRequest request) =>
        await ReadAsync(request) is null ? await NotFoundAsync(request) : new ArmResult.NoContent();

    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (await ReadAsync(request) is null)
            return new ArmResult.NoContent();
        SendOutcome outcome = await engine.SendAsync(
            request.Id,
            Deployment.ResourceType,
            new DeploymentSignal.Delete(request.Now),
            request.Context() with
            {
                Operations = [request.Ticket().Done(request.Now)],
            },
            CancellationToken.None
        );
        return outcome is SendOutcome.Delivered ? Accepted(request) : await request.RefusedAsync(outcome);
    }

    /// <summary>202, whose answer lies where operations of ARM's own are polled.</summary>
    private static ArmResult.AcceptedAt Accepted(ArmRequest request) =>
        new($"/subscriptions/{request.Subscription}/operationresults/{request.RequestId:D}?api-version={request.ApiVersion}");

    private async ValueTask<ArmResult> CancelAsync(ArmRequest request)
    {
        if (await ReadAsync(request) is null)
            return await NotFoundAsync(request);
        SendOutcome outcome = await SendAsync(request, new DeploymentSignal.Cancel(request.Now));
        return outcome is SendOutcome.Delivered ? new ArmResult.NoContent() : await request.RefusedAsync(outcome);
    }

    private async ValueTask<ArmResult> ValidateAsync(ArmRequest request)
    {
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        (DeploymentOrder? order, Refusal? no) = await reading.ReadAsync(request);
        return order is null ? no! : ArmResult.Of(DeploymentViews.Validated(Foreseen(order)), DeploymentsContract.Default.DeploymentBody);
    }

    /// <summary>The answer is worked out at once; it is fetched where the answer of a longer operation would be.</summary>
    private async ValueTask<ArmResult> WhatIfAsync(ArmRequest request)
    {
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        (DeploymentOrder? order, Refusal? no) = await reading.ReadAsync(request, isWhatIf: true);
        if (order is null)
            return no!;
        IReadOnlyList<WhatIfChange> changes = await whatIf.ChangesAsync(order, Foreseen(order), request.Aborted);
        var body = new WhatIfBody("Succeeded", new WhatIfProperties(request.CorrelationId, changes));
        byte[] json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body, DeploymentsContract.Default.WhatIfBody);
        var operation = new Operation(
            request.RequestId,
            request.Id,
            $"POST {Deployment.ResourceType}/whatIf",
            request.Caller.ObjectId,
            OperationStatus.Succeeded,
            request.Now,
            request.Now,
            ResultBody: json
        );
        await engine.Store.CommitAsync(new Changes { Operations = [new OperationChange.Start(operation)] }, CancellationToken.None);
        return Accepted(request);
    }

    private static Deployment Foreseen(DeploymentOrder order) =>
        new()
        {
            Id = order.Begin.Id,
            Location = order.Begin.Location,
            Tags = order.Begin.Tags,
            Run = 0,
            Request = order.Begin.Request,
            State = new DeploymentState.Running(Guid.Empty),
            Steps = order.Begin.Steps,
        };

    private async ValueTask<ArmResult> ExportAsync(ArmRequest request)
    {
        if (await ReadAsync(request) is not { } deployment)
            return await NotFoundAsync(request);
        try
        {
            return ArmResult.Of(
                new ExportedTemplateBody(DeploymentViews.Json(contents.Open(deployment).Template.ToString())),
                DeploymentsContract.Default.ExportedTemplateBody
            );
        }
        catch (SecretException e)
        {
            return Refusal.Conflict("DeploymentUnreadable", e.Message);
        }
    }

    private async ValueTask<ArmResult> OperationsAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return no;
        if (await ReadAsync(request) is not { } deployment)
            return await NotFoundAsync(request);
        IReadOnlyList<DeploymentOperationBody> all = DeploymentViews.Operations(deployment);
        int begin = page.After is { } after ? all.TakeWhile(o => o.OperationId != after).Count() + 1 : 0;
        DeploymentOperationBody[] shown = [.. all.Skip(begin).Take(page.Most)];
        return await request.ListAsync(
            shown,
            begin + shown.Length < all.Count ? shown[^1].OperationId : null,
            _ => deployment.Id,
            o => o,
            DeploymentsContract.Default.DeploymentOperationBody
        );
    }

    private async ValueTask<ArmResult> OperationAsync(ArmRequest request)
    {
        if (await ReadAsync(request) is not { } deployment)
            return await NotFoundAsync(request);
        string id = request.Route("operation");
        return
            DeploymentViews.Operations(deployment).FirstOrDefault(o => o.OperationId.Equals(id, StringComparison.OrdinalIgnoreCase))
                is { } found
            ? ArmResult.Of(found, DeploymentsContract.Default.DeploymentOperationBody)
            : Refusal.NotFound("DeploymentOperationNotFound", $"The deployment '{deployment.Id.Name}' has no such operation.");
    }

    /// <summary>200 whatever became of it; the body says.</summary>
    private async ValueTask<ArmResult> StatusAsync(ArmRequest request)
    {
        if (
            !Guid.TryParse(request.Route("operation"), out Guid id)
            || await engine.Store.GetOperationAsync(id, request.Aborted) is not { } operation
            || operation.Resource != request.Id
        )
            return Refusal.NotFound("OperationNotFound", "There is no such operation of this deployment.");
        if (operation.Status == OperationStatus.InProgress)
            request.AnswerHeaders["Retry-After"] = "1";
        string status =
            operation.Status == OperationStatus.InProgress ? "Running"
            : operation.Error?.Code == "DeploymentCanceled" ? "Canceled"
            : $"{operation.Status}";
        return ArmResult.Of(
            new OperationStatusBody(status, operation.Error is { } error ? DeploymentViews.Error(DeploymentError.Of(error)) : null),
            ResourcesContract.Default.OperationStatusBody
        );
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return no;
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        EqualFilter state = EqualFilter.Of(request, "provisioningState");
        if (state.Refusal is { } wrong)
            return wrong;
        Page<StoredResource> rows = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = Deployment.ResourceType,
                Label = Deployment.ScopeLabel(request.Id),
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        return await request.ListAsync(
            [.. rows.Items.Where(r => state.Takes(r.State))],
            rows.After,
            r => r.Id,
            async r =>
                workflow.TryRead(r, out Versioned<Deployment>? read)
                    ? await BodyAsync(read.Resource, Moment.Listed, request.Aborted)
                    : ArmBody.Of(
                        new UnreadableBody(r.Id.Name, r.Id.Text, r.Type, r.Location, r.Tags, new GroupProperties("Failed")),
                        ResourcesContract.Default.UnreadableBody
                    )
        );
    }

    private async ValueTask<Deployment?> ReadAsync(ArmRequest request) =>
        (await engine.ReadAsync(workflow, request.Id, request.Aborted))?.Resource;

    private static async ValueTask<ArmResult> NotFoundAsync(ArmRequest request) =>
        await request.MissingGroupAsync() ?? Refusal.NotFound("DeploymentNotFound", $"Deployment '{request.Id.Name}' could not be found.");

    private Task<SendOutcome> SendAsync(ArmRequest request, DeploymentSignal signal) =>
        engine.SendAsync(request.Id, Deployment.ResourceType, signal, request.Context(), CancellationToken.None);

    private async ValueTask<ArmBody> BodyAsync(Deployment deployment, Moment moment, CancellationToken cancellation)
    {
        string? onError =
            deployment.State is DeploymentState.Failed
            && deployment.Request.OnError?.Deployment is { } other
            && await engine.ReadAsync(workflow, other, cancellation) is { } instead
                ? instead.Resource.StateName
                : null;
        return ArmBody.Of(DeploymentViews.Body(deployment, moment, onError), DeploymentsContract.Default.DeploymentBody);
    }
}

/// <summary>Deployments go with their group at once: nothing more of them is begun.</summary>
internal sealed class DeploymentCascade(Engine engine, TimeProvider clock) : ICascade
{
    public string Type => Deployment.ResourceType;

    public Type Resource => typeof(Deployment);

    public ValueTask<Refusal?> BlockerAsync(StoredResource resource, ResourceId group, CancellationToken cancellation) =>
        new((Refusal?)null);

    public async Task<Refusal?> DeleteAsync(StoredResource resource, string actor, string? correlationId, CancellationToken cancellation) =>
        await engine.SendAsync(
            resource.Id,
            Type,
            new DeploymentSignal.Delete(clock.GetUtcNow(), WithGroup: true),
            new SendContext(actor, correlationId),
            CancellationToken.None
        )
            is SendOutcome.Refused refused
            ? refused.Refusal
            : null;
}
