using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;
using Tags = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace Causeway.Api.Resources;

/// <summary>
/// <c>Microsoft.Resources/tags/default</c> on a subscription, a group or a resource. Tags of a resource are written through the PATCH of its own type, so
/// that its rules and its journal hold.
/// </summary>
public sealed class TagEndpoints(Engine engine) : IEndpoints
{
    private static readonly string[] s_scopes =
    [
        "/subscriptions/{subscription}",
        "/subscriptions/{subscription}/resourceGroups/{group}",
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/{ns}/{type}/{resource}",
    ];

    /// <summary>How often a change is made anew because another writer was first.</summary>
    private const int MostTries = 50;

    private static readonly Tags None = Tags.Empty;

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (string scope in s_scopes)
        {
            string path = $"{scope}/providers/Microsoft.Resources/tags/default";
            routes.MapArm(path, Endpoint("GET", "read", s_get), GetAsync);
            routes.MapArm(path, Endpoint("PUT", "write", s_put), request => WriteAsync(request, _ => "Replace"));
            routes.MapArm(path, Endpoint("PATCH", "write", s_patch), request => WriteAsync(request, Operation));
            routes.MapArm(path, Endpoint("DELETE", "delete", s_delete) with { Changes = true }, DeleteAsync);
        }
    }

    private static readonly ArmContract s_get = new("GetAtScope", "Reads the tags of a subscription, a group or a resource.")
    {
        Answer = () => ResourcesContract.Default.TagsResourceBody,
    };

    private static readonly ArmContract s_put = new("CreateOrUpdateAtScope", "Replaces the tags of a subscription, a group or a resource.")
    {
        Body = () => ResourcesContract.Default.TagsResourceBody,
        Answer = () => ResourcesContract.Default.TagsResourceBody,
    };

    private static readonly ArmContract s_patch = new(
        "UpdateAtScope",
        "Merges, replaces or deletes tags of a subscription, a group or a resource."
    )
    {
        Body = () => ResourcesContract.Default.TagsPatchBody,
        Answer = () => ResourcesContract.Default.TagsResourceBody,
    };

    private static readonly ArmContract s_delete = new("DeleteAtScope", "Deletes all tags of a subscription, a group or a resource.");

    private static ArmEndpoint Endpoint(string method, string verb, ArmContract contract) =>
        new(ResourceTypes.Tags, method, $"Microsoft.Resources/tags/{verb}", ArmTarget.Extension)
        {
            NeedsGroup = false,
            Contract = contract,
        };

    private static string? Operation(BodyReader body) => body.OneOf("operation", ["Merge", "Replace", "Delete"], required: true);

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await engine.Store.GetAsync(request.Id, request.Aborted) is { } row ? Answer(request, row.Tags) : await request.NotFoundAsync();

    private async ValueTask<ArmResult> WriteAsync(ArmRequest request, Func<BodyReader, string?> operation)
    {
        BodyReader body = await request.BodyAsync();
        string? wanted = operation(body);
        Tags? given = body.Object("properties", required: true).Tags();
        if (body.Refusal is { } no)
            return no;
        given ??= None;
        return await StoreAsync(
            request,
            present =>
                wanted switch
                {
                    "Merge" => present.SetItems(given),
                    "Delete" => present.RemoveRange(
                        given.Where(t => present.TryGetValue(t.Key, out string? value) && value == t.Value).Select(t => t.Key)
                    ),
                    _ => given,
                },
            tags => Answer(request, tags)
        );
    }

    private ValueTask<ArmResult> DeleteAsync(ArmRequest request) => StoreAsync(request, _ => None, _ => new ArmResult.Empty());

    /// <summary>Made from what is there and stored only if that is still there; else made anew, so that two who merge at once both count.</summary>
    private async ValueTask<ArmResult> StoreAsync(ArmRequest request, Func<Tags, Tags> change, Func<Tags, ArmResult> answer)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await engine.Store.GetAsync(request.Id, request.Aborted) is not { } row)
                return await request.NotFoundAsync();
            Tags tags = change(row.Tags.WithComparers(StringComparer.OrdinalIgnoreCase));
            if (tags.Count > 50)
                return Refusal.Invalid(
                    "InvalidTagCount",
                    $"The result would be {tags.Count} tags: a resource can have at most 50.",
                    "properties.tags"
                );
            if (await WriteAsync(request, tags, row.ETag) is not { } refused)
                return answer(tags);
            if (refused is not ArmResult.Refused { Refusal.Kind: RefusalKind.PreconditionFailed } || attempt == MostTries)
                return refused;
        }
    }

    /// <summary>Null when written, else the refusal.</summary>
    private async ValueTask<ArmResult?> WriteAsync(ArmRequest request, Tags tags, Guid etag)
    {
        ResourceId id = request.Id;
        if (id.Provider is not null)
        {
            ArmResult answer = await request.SetTagsOfAsync(id, tags, etag);
            return answer is ArmResult.Ok ? null : answer;
        }
        (string type, Signal signal) = id.ResourceGroup is null
            ? (Subscription.ResourceType, (Signal)new SubscriptionSignal.SetTags(tags, request.Now))
            : (ResourceGroup.ResourceType, new GroupSignal.SetTags(tags, request.Now));
        var context = new SendContext(request.Caller.ObjectId, request.CorrelationId)
        {
            Precondition = row => Preconditions.Unchanged(etag).Judge(row?.ETag),
        };
        SendOutcome outcome = await engine.SendAsync(id, type, signal, context, CancellationToken.None);
        return outcome is SendOutcome.Refused refused ? new ArmResult.Refused(refused.Refusal) : null;
    }

    private static ArmResult Answer(ArmRequest request, IReadOnlyDictionary<string, string> tags) =>
        ArmResult.Of(
            new TagsResourceBody(
                $"{request.Id.Text}/providers/Microsoft.Resources/tags/default",
                "default",
                ResourceTypes.Tags.FullName,
                new TagsProperties(tags)
            ),
            ResourcesContract.Default.TagsResourceBody
        );
}
