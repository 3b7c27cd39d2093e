using System.Buffers;
using System.Collections.Immutable;
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

/// <summary>
/// <c>/subscriptions/{s}/tagNames</c>: the names and values of tags that a subscription has defined beforehand, and those that are in use, each with how often it is.
/// Defining one binds nobody: any tag may be written anyway.
/// </summary>
internal sealed class TagNameEndpoints(Engine engine, SubscriptionWorkflow subscriptions) : IEndpoints
{
    private const string Root = "/subscriptions/{subscription}/tagNames";

    private static readonly SearchValues<char> s_forbidden = SearchValues.Create("<>%&\\?/");

    public void Map(IEndpointRouteBuilder routes)
    {
        Map(
            "GET",
            Root,
            "read",
            new("List", "Lists the tag names of a subscription.") { Answer = () => ResourcesContract.Default.ListBodyTagNameBody },
            ListAsync
        );
        MapOne("{tagName}", "", "a tag name", () => ResourcesContract.Default.TagNameBody);
        MapOne("{tagName}/tagValues/{tagValue}", "Value", "a value of a tag name", () => ResourcesContract.Default.TagValueBody);

        void MapOne(string path, string of, string what, Func<JsonTypeInfo> answer)
        {
            var define = new ArmContract($"CreateOrUpdate{of}", $"Defines {what}: the path says it all.")
            {
                Body = answer,
                IsBodyOptional = true,
                Answer = answer,
                Statuses = [200, 201],
            };
            var forget = new ArmContract($"Delete{of}", $"Forgets {what}.") { Statuses = [200, 204] };
            Map("PUT", $"{Root}/{path}", "write", define, PutAsync);
            Map("DELETE", $"{Root}/{path}", "delete", forget, DeleteAsync);
        }

        void Map(string method, string path, string verb, ArmContract contract, ArmHandler handler) =>
            routes.MapArm(
                path,
                new ArmEndpoint(ResourceTypes.Tags, method, $"Microsoft.Resources/subscriptions/tagNames/{verb}", ArmTarget.Scope)
                {
                    NeedsGroup = false,
                    Contract = contract,
                    Changes = method != "GET",
                },
                handler
            );
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        if (await engine.ReadAsync(subscriptions, request.Id, request.Aborted) is not { Resource: var subscription })
            return ArmErrors.SubscriptionNotFound(request.Subscription);
        Dictionary<string, Dictionary<string, int>> used = await UsedAsync(request);
        return ArmResult.Of(
            new ListBody<TagNameBody>([
                .. subscription
                    .TagNames.Keys.Concat(used.Keys)
                    .Distinct(StringComparer.OrdinalIgnoreCase)
                    .Order(StringComparer.OrdinalIgnoreCase)
                    .Select(n => Body(subscription, n, used)),
            ]),
            ResourcesContract.Default.ListBodyTagNameBody
        );
    }

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        (string name, string? value) = Named(request);
        if (
            name.Length > 512
            || value?.Length > 256
            || !PlainText.IsPlain(name)
            || name.AsSpan().ContainsAny(s_forbidden)
            || !PlainText.IsPlain(value ?? "")
        )
            return Refusal.Invalid(
                "InvalidTagName",
                "A tag name has 1 to 512 characters, none of <>%&\\?/, and a value at most 256; neither has control characters.",
                "tagName"
            );
        SendOutcome outcome = await SendAsync(request, new SubscriptionSignal.DefineTag(name, value, request.Now));
        if (
            outcome
            is not SendOutcome.Delivered { Resources: [{ Before: var before, After: Versioned<Subscription> { Resource: var after } }, ..] }
        )
            return outcome is SendOutcome.Refused refused ? refused.Refusal : ArmErrors.SubscriptionNotFound(request.Subscription);
        bool isNew = before is not Versioned<Subscription> { Resource: var was } || !Has(was, name, value);
        ArmBody body = value is null
            ? ArmBody.Of(Body(after, name, await UsedAsync(request)), ResourcesContract.Default.TagNameBody)
            : ArmBody.Of(ValueBody(after, name, value, await UsedAsync(request)), ResourcesContract.Default.TagValueBody);
        return isNew ? new ArmResult.Created(body) : new ArmResult.Ok(body);
    }

    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        (string name, string? value) = Named(request);
        if (await engine.ReadAsync(subscriptions, request.Id, request.Aborted) is not { Resource: var subscription })
            return ArmErrors.SubscriptionNotFound(request.Subscription);
        if (!Has(subscription, name, value))
            return new ArmResult.NoContent();
        return await SendAsync(request, new SubscriptionSignal.ForgetTag(name, value, request.Now)) is SendOutcome.Refused refused
            ? refused.Refusal
            : new ArmResult.Empty();
    }

    private static (string Name, string? Value) Named(ArmRequest request) => (request.Route("tagName") ?? "", request.Route("tagValue"));

    private static bool Has(Subscription subscription, string name, string? value) =>
        subscription.TagNames.TryGetValue(name, out ImmutableSortedSet<string>? values) && (value is null || values.Contains(value));

    private Task<SendOutcome> SendAsync(ArmRequest request, Signal signal) =>
        engine.SendAsync(
            request.Id,
            Subscription.ResourceType,
            signal,
            new SendContext(request.Caller.ObjectId, request.CorrelationId),
            CancellationToken.None
        );

    /// <summary>How often each value of each tag stands on what is in the subscription.</summary>
    private async ValueTask<Dictionary<string, Dictionary<string, int>>> UsedAsync(ArmRequest request)
    {
        var used = new Dictionary<string, Dictionary<string, int>>(StringComparer.OrdinalIgnoreCase);
        await foreach (StoredResource row in engine.Store.AllAsync(new ResourceQuery { Scope = request.Id, Most = 1000 }, request.Aborted))
        foreach ((string name, string value) in row.Tags)
        {
            if (!used.TryGetValue(name, out Dictionary<string, int>? values))
                used[name] = values = new(StringComparer.Ordinal);
            values[value] = values.GetValueOrDefault(value) + 1;
        }
        return used;
    }

    private static TagNameBody Body(Subscription subscription, string name, Dictionary<string, Dictionary<string, int>> used)
    {
        Dictionary<string, int> values = used.GetValueOrDefault(name) ?? [];
        return new TagNameBody(
            $"{subscription.Id.Text}/tagNames/{name}",
            name,
            Count(values.Values.Sum()),
            [
                .. (subscription.TagNames.GetValueOrDefault(name) ?? [])
                    .Concat(values.Keys)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Select(v => ValueBody(subscription, name, v, used)),
            ]
        );
    }

    private static TagValueBody ValueBody(
        Subscription subscription,
        string name,
        string value,
        Dictionary<string, Dictionary<string, int>> used
    ) =>
        new(
            $"{subscription.Id.Text}/tagNames/{name}/tagValues/{value}",
            value,
            Count(used.GetValueOrDefault(name)?.GetValueOrDefault(value) ?? 0)
        );

    private static TagCountBody Count(int value) => new("Total", value);
}
