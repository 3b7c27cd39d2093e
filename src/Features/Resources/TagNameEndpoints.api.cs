using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary>
/// <c>/subscriptions/{s}/tagNames</c>: names and values of tags that are written down beforehand (<c>az tag create -n</c>), beside those in use. Nothing is held to them.
/// </summary>
public sealed class TagNameEndpoints(Engine engine, SubscriptionWorkflow workflow) : IEndpoints
{
    private const string All = "/subscriptions/{subscription}/tagNames";
    private const string One = $"{All}/{{tag}}";
    private const string Value = $"{One}/tagValues/{{value}}";
    private const int LongestName = 512;
    private const int LongestValue = 256;

    public void Map(IEndpointRouteBuilder routes)
    {
        ResourcesContract json = ResourcesContract.Default;
        routes.MapArm(
            All,
            Endpoint(
                "GET",
                "read",
                new("List", "Lists the names of tags that are written down or in use.") { Answer = json.ListBodyTagNameBody }
            ),
            ListAsync
        );
        routes.MapArm(
            One,
            Endpoint(
                "PUT",
                "write",
                new("CreateOrUpdate", "Writes down a name of tags.") { Answer = json.TagNameBody, Statuses = [200, 201] }
            ),
            r => WriteAsync(r, value: null)
        );
        routes.MapArm(
            One,
            Endpoint("DELETE", "delete", new("Delete", "Takes a name of tags back.")) with
            {
                Changes = true,
            },
            r => DeleteAsync(r, value: null)
        );
        routes.MapArm(
            Value,
            Endpoint(
                "PUT",
                "write",
                new("CreateOrUpdateValue", "Writes down a value of a name of tags.") { Answer = json.TagValueBody, Statuses = [200, 201] }
            ),
            r => WriteAsync(r, r.Route("value"))
        );
        routes.MapArm(
            Value,
            Endpoint("DELETE", "delete", new("DeleteValue", "Takes a value back.")) with
            {
                Changes = true,
            },
            r => DeleteAsync(r, r.Route("value"))
        );
    }

    private static ArmEndpoint Endpoint(string method, string verb, ArmContract contract) =>
        new(ResourceTypes.Tags, method, $"Microsoft.Resources/subscriptions/tagNames/{verb}", ArmTarget.Scope)
        {
            NeedsGroup = false,
            Contract = contract,
        };

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        Subscription subscription = (await engine.ReadAsync(workflow, request.Id, request.Aborted))!.Resource;
        Dictionary<string, Dictionary<string, int>> used = await UsedAsync(request);
        IEnumerable<string> names = (subscription.TagNames?.Keys ?? []).Union(used.Keys, StringComparer.OrdinalIgnoreCase);
        return ArmResult.Of(
            new ListBody<TagNameBody>([.. names.Order(StringComparer.OrdinalIgnoreCase).Select(n => Name(request, n, subscription, used))]),
            ResourcesContract.Default.ListBodyTagNameBody
        );
    }

    private async ValueTask<ArmResult> WriteAsync(ArmRequest request, string? value)
    {
        string name = request.Route("tag");
        if (name.Length > LongestName || !PlainText.IsPlain(name))
            return Refusal.Invalid("InvalidTagName", $"A name of tags has at most {LongestName} characters, of one line.", "tagName");
        if (value is not null && (value.Length > LongestValue || !PlainText.IsPlain(value)))
            return Refusal.Invalid("InvalidTagValue", $"A value of a tag has at most {LongestValue} characters, of one line.", "tagValue");
        SendOutcome outcome = await SendAsync(request, new SubscriptionSignal.NameTag(name, value, request.Now));
        if (outcome is not SendOutcome.Delivered delivered)
            return ((SendOutcome.Refused)outcome).Refusal;
        Subscription subscription = (await engine.ReadAsync(workflow, request.Id, request.Aborted))!.Resource;
        Dictionary<string, Dictionary<string, int>> used = await UsedAsync(request);
        TagNameBody shown = Name(request, name, subscription, used);
        ArmBody body = value is null
            ? ArmBody.Of(shown, ResourcesContract.Default.TagNameBody)
            : ArmBody.Of(
                shown.Values.First(v => v.TagValue.Equals(value, StringComparison.OrdinalIgnoreCase)),
                ResourcesContract.Default.TagValueBody
            );
        return delivered.Resources is [{ Before.ETag: var before, After.ETag: var after }, ..] && before != after
            ? new ArmResult.Created(body)
            : new ArmResult.Ok(body);
    }

    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request, string? value) =>
        await SendAsync(request, new SubscriptionSignal.UnnameTag(request.Route("tag"), value, request.Now)) is SendOutcome.Refused refused
            ? refused.Refusal
            : new ArmResult.Empty();

    private Task<SendOutcome> SendAsync(ArmRequest request, SubscriptionSignal signal) =>
        engine.SendAsync(
            request.Id,
            Subscription.ResourceType,
            signal,
            new SendContext(request.Caller.ObjectId, request.CorrelationId),
            CancellationToken.None
        );

    /// <summary>How many groups and resources that the caller may see have each tag.</summary>
    private async ValueTask<Dictionary<string, Dictionary<string, int>>> UsedAsync(ArmRequest request)
    {
        var used = new Dictionary<string, Dictionary<string, int>>(StringComparer.OrdinalIgnoreCase);
        string? after = null;
        do
        {
            Page<StoredResource> page = await engine.Store.ListAsync(
                new ResourceQuery
                {
                    Scope = request.Id,
                    After = after,
                    Most = 1000,
                },
                request.Aborted
            );
            foreach (StoredResource row in page.Items)
            {
                if (row.Tags.Count == 0 || !await request.MayAsync($"{row.Type}/read", row.Id))
                    continue;
                foreach ((string name, string value) in row.Tags)
                {
                    if (!used.TryGetValue(name, out Dictionary<string, int>? values))
                        used[name] = values = new(StringComparer.OrdinalIgnoreCase);
                    values[value] = values.GetValueOrDefault(value) + 1;
                }
            }
            after = page.After;
        } while (after is not null);
        return used;
    }

    private static TagNameBody Name(
        ArmRequest request,
        string name,
        Subscription subscription,
        Dictionary<string, Dictionary<string, int>> used
    )
    {
        string id = $"/subscriptions/{request.Subscription}/tagNames/{name}";
        Dictionary<string, int> inUse = used.GetValueOrDefault(name) ?? [];
        return new TagNameBody(
            id,
            name,
            Total(inUse.Values.Sum()),
            [
                .. (subscription.ValuesOf(name) ?? [])
                    .Union(inUse.Keys, StringComparer.OrdinalIgnoreCase)
                    .Order(StringComparer.OrdinalIgnoreCase)
                    .Select(v => new TagValueBody($"{id}/tagValues/{v}", v, Total(inUse.GetValueOrDefault(v)))),
            ]
        );

        static TagCountBody Total(int count) => new("Total", count);
    }
}
