using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>
/// A request that has passed the conventions: the caller is known and allowed, the api-version is one the type supports, the id is canonical, and for
/// writes the resource group exists.
/// </summary>
public sealed class ArmRequest : IDisposable
{
    private RequestBody? _body;

    internal ArmRequest(ArmCall call, ArmEndpoint endpoint, ArmHost host)
    {
        Call = call;
        Endpoint = endpoint;
        Host = host;
    }

    /// <summary>What was asked, as it came.</summary>
    public ArmCall Call { get; }

    /// <summary>Headers of the answer beside those of the conventions.</summary>
    public Dictionary<string, string> AnswerHeaders { get; } = [];

    public ArmEndpoint Endpoint { get; }

    internal ArmHost Host { get; }

    public ArmType Type => Endpoint.Type;

    /// <summary>
    /// What the path names: the resource; for a list its scope (the group, the subscription, the parent resource). Types in canonical casing, names as
    /// the caller wrote them. Null for tenant-level paths.
    /// </summary>
    public ResourceId? Scope { get; internal set; }

    /// <summary>The resource, or the scope of a list.</summary>
    /// <exception cref="InvalidOperationException">The path is at tenant level.</exception>
    public ResourceId Id => Scope ?? throw new InvalidOperationException("A tenant-level path has no id.");

    public string Subscription => Id.Subscription!;

    /// <summary>The caller's api-version, which operation URLs repeat.</summary>
    public string ApiVersion { get; internal set; } = "";

    /// <summary>Whether it is of that api-version or a later one.</summary>
    /// <param name="first">Its date, or the beginning of it; null for every version.</param>
    public bool IsSince(string? first) => string.CompareOrdinal(ApiVersion, first) >= 0;

    public Principal Caller { get; internal set; } = null!;

    /// <summary>The caller's correlation id when sent, else a new one; goes into the journal.</summary>
    public string CorrelationId { get; internal set; } = "";

    /// <summary>Unique; take it as the id of the operation that this request starts.</summary>
    public Guid RequestId { get; } = Guid.NewGuid();

    public DateTimeOffset Now => Host.Clock.GetUtcNow();

    public Preconditions Preconditions { get; internal set; } = Preconditions.None;

    /// <summary>The resource group, for writes below one.</summary>
    public ArmGroup? Group { get; internal set; }

    /// <summary>True when the caller may read only some of what is below the scope of a list: <see cref="MayReadAsync"/> decides on each.</summary>
    public bool Filtered { get; internal set; }

    /// <summary>Fires when the client hangs up. For reads; durable work takes <see cref="CancellationToken.None"/>.</summary>
    public CancellationToken Aborted => Call.Aborted;

    /// <summary>A segment of the route that is not part of the id, such as <c>devicePath</c>.</summary>
    public string Route(string name) => Call.Route(name) ?? "";

    /// <summary>A query parameter, or null; names in any case.</summary>
    public string? Query(string name) => Call.Query(name);

    /// <summary>The public base address of the server, without a trailing slash.</summary>
    public string Base => Call.Base;

    /// <summary>Whether the caller may do something else elsewhere: linked scopes, such as joining a route filter.</summary>
    public ValueTask<bool> MayAsync(string action, ResourceId scope) => Host.Authorizer.MayAsync(Caller, action, scope, Aborted);

    /// <summary>Whether the caller may see this member of a list.</summary>
    public async ValueTask<bool> MayReadAsync(ResourceId id) =>
        !Filtered || await Host.Authorizer.MayAsync(Caller, Endpoint.Action, id, Aborted);

    /// <summary>Whether the caller may see this scope, because of a role on it, above it, or on something in it.</summary>
    public async ValueTask<bool> MaySeeAsync(ResourceId scope) =>
        await Host.Authorizer.MayAsync(Caller, Endpoint.Action, scope, Aborted)
        || await Host.Authorizer.MayBelowAsync(Caller, Endpoint.Action, scope, Aborted);

    /// <summary>
    /// The body, for reading members; problems are collected in it. Never throws for what the client sent: a body that is not JSON is a reader with that
    /// one problem. Ask <see cref="BodyReader.Refusal"/> once, at the end. Asked for again, it is read from its beginning, without the problems.
    /// </summary>
    public async ValueTask<BodyReader> BodyAsync() => (await ContentAsync()).Reader(isOptional: false);

    /// <summary>As <see cref="BodyAsync"/>, for actions whose body may be absent: an empty one reads as <c>{}</c>.</summary>
    public async ValueTask<BodyReader> OptionalBodyAsync() => (await ContentAsync()).Reader(isOptional: true);

    /// <summary>The body as it came, to be read once a try.</summary>
    public async ValueTask<RequestBody> ContentAsync() =>
        _body ??= new RequestBody(
            await Call.BodyAsync(Endpoint.MostBodyBytes ?? Host.Options.MostBodyBytes),
            Type,
            Host.Types.LocationsOf(Type),
            Endpoint.MostJsonDepth ?? Host.Options.MostJsonDepth,
            Endpoint.TakesRelaxedJson
        )
        {
            Wrong = HttpMethods.IsPut(Endpoint.Method) ? Unknown : null,
        };

    private Refusal? Unknown(JsonElement body) =>
        Host.Members.Select(m => m.Unknown(Endpoint, ApiVersion, body)).FirstOrDefault(r => r is not null);

    public void Dispose() => _body?.Dispose();

    /// <summary>Asks the method of another resource's own path, as this caller, without HTTP.</summary>
    /// <param name="isPermitted">Whether it is known already that the caller may.</param>
    public ValueTask<ArmResult> AskAsync(
        string method,
        ResourceId id,
        ReadOnlyMemory<byte> body,
        Preconditions preconditions,
        bool isPermitted
    ) =>
        Host.AskAsync(
            new InnerCall(method, id, Host.Types.Find(id.Type)?.ApiVersions[0] ?? "", Caller, Base, Aborted)
            {
                Body = body,
                CorrelationId = CorrelationId,
                Preconditions = preconditions,
                IsPermitted = isPermitted,
                IsPart = true,
            }
        );

    /// <summary>
    /// Writes the tags of another resource through the PATCH of its type, as this caller. The answer is the PATCH's.
    /// </summary>
    /// <param name="etag">The version that the tags were made from: 412 when it is another by now.</param>
    public ValueTask<ArmResult> SetTagsOfAsync(ResourceId id, IReadOnlyDictionary<string, string> tags, Guid etag) =>
        AskAsync("PATCH", id, TagsBody.Of(tags), Preconditions.Unchanged(etag), isPermitted: true);

    /// <summary>Whether a resource can be written where its id says: its type may be one of groups, of subscriptions, or of other resources.</summary>
    public bool CanBeWritten(ResourceId id) => Host.IsMapped("PUT", id);

    /// <summary>The right 404 for this path: of the group, of a top-level resource (both the front door's), or of a child (the provider's).</summary>
    public ValueTask<ArmResult> NotFoundAsync() => NotFoundAsync(Id);

    public async ValueTask<ArmResult> NotFoundAsync(ResourceId id)
    {
        if (await MissingGroupAsync() is { } missing)
            return missing;
        return id.Names.Count <= 1 && id.Provider is not null ? ArmErrors.ResourceNotFound(id) : ArmErrors.ChildNotFound(id);
    }

    /// <summary>For lists and extensions: the 404 when the path's resource group does not exist; null when it does, or there is none.</summary>
    public async ValueTask<ArmResult?> MissingGroupAsync() =>
        Type.GroupsAreStored && Scope?.GroupId is { } group && await Host.Scopes.GroupAsync(group, Aborted) is null
            ? ArmErrors.GroupNotFound(group.Name)
            : null;

    /// <summary>Where and how much of a list is asked for.</summary>
    public ArmPage Page => ArmPage.Of(this);

    /// <summary>
    /// A page as the answer: drops what the caller may not see, writes <c>value</c> and, unless it is the last one, <c>nextLink</c>.
    /// </summary>
    /// <param name="after">The cursor from the store; null on the last page.</param>
    /// <param name="visible">Who may see a member, when it is not whoever may read it.</param>
    public async ValueTask<ArmResult> ListAsync<T, TBody>(
        IReadOnlyList<T> items,
        string? after,
        Func<T, ResourceId> id,
        Func<T, TBody> body,
        JsonTypeInfo<TBody> contract,
        Func<ResourceId, ValueTask<bool>>? visible = null
    )
    {
        if (Filtered)
        {
            var seen = new List<T>(items.Count);
            foreach (T item in items)
                if (await (visible ?? MayReadAsync)(id(item)))
                    seen.Add(item);
            items = seen;
        }
        return ArmPage.Answer(this, [.. items.Select(item => ArmBody.Of(body(item), contract))], after);
    }

    /// <summary>As above, for members that are written only when they are seen, or that have to be asked for.</summary>
    public async ValueTask<ArmResult> ListAsync<T>(
        IReadOnlyList<T> items,
        string? after,
        Func<T, ResourceId> id,
        Func<T, ValueTask<ArmBody>> body,
        Func<ResourceId, ValueTask<bool>>? visible = null
    )
    {
        var bodies = new List<ArmBody>(items.Count);
        foreach (T item in items)
            if (!Filtered || await (visible ?? MayReadAsync)(id(item)))
                bodies.Add(await body(item));
        return ArmPage.Answer(this, bodies, after);
    }

    /// <summary>The refusal as this request's answer.</summary>
    public static ArmResult Refuse(Refusal refusal) => new ArmResult.Refused(refusal);

    /// <summary>A polling URL, absolute, with the caller's api-version.</summary>
    internal string OperationUrl(ArmOperation operation, string collection) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Base}/subscriptions/{Id.Subscription}/providers/{Type.Namespace}/locations/{operation.Location}/{collection}/{operation.Id:D}?api-version={ApiVersion}"
        );
}
