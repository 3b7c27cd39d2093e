using Causeway.Arm;
using Causeway.Domain;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Kit;

/// <summary>
/// Children that live in their parent's document, with its etag: subnets, peerings, authorizations. All five methods of such a type; only the signals of
/// PUT and DELETE differ.
/// </summary>
public sealed class Nested<TParent, TChild>(Tracked<TParent> parents, View<TParent, TChild> view)
    where TParent : class, ITracked<TParent>
    where TChild : class
{
    /// <summary>The child's segment in ids, such as <c>subnets</c>.</summary>
    public required string Segment { get; init; }

    public required Func<TParent, IReadOnlyList<TChild>> All { get; init; }

    public required Func<TChild, string> NameOf { get; init; }

    /// <summary>How the parent is found when it is not stored under the id in the path, as a cross connection is not.</summary>
    public Func<ResourceId, CancellationToken, ValueTask<Versioned<TParent>?>>? ParentOf { get; init; }

    /// <summary>Whether GET carries the etag in a header too.</summary>
    public bool ETagHeader { get; init; }

    public ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        OneAsync(
            request,
            async (parent, child) =>
                new ArmResult.Ok(await view(request, parent, child, Moment.Read), ETagHeader: ETagHeader ? parent.ETag : null)
        );

    /// <summary>Finds the child that the path names, or answers 404.</summary>
    public async ValueTask<ArmResult> OneAsync(ArmRequest request, Func<Versioned<TParent>, TChild, ValueTask<ArmResult>> then) =>
        await ParentAsync(request.Id.Parent!, request.Aborted) is not { } parent ? await request.NotFoundAsync(request.Id.Parent!)
        : Find(parent.Resource, request) is { } child ? await then(parent, child)
        : ArmErrors.ChildNotFound(request.Id);

    public ValueTask<ArmResult> OneAsync(ArmRequest request, Func<Versioned<TParent>, TChild, ArmResult> then) =>
        OneAsync(request, (parent, child) => ValueTask.FromResult(then(parent, child)));

    public async ValueTask<ArmResult> ListAsync(ArmRequest request) =>
        await ParentAsync(request.Id, request.Aborted) is { } parent
            ? await request.ListAsync(
                All(parent.Resource),
                after: null,
                child => request.Id.Child(Segment, NameOf(child)),
                child => view(request, parent, child, Moment.Listed)
            )
            : await request.NotFoundAsync();

    public ValueTask<ArmResult> PutAsync(ArmRequest request, Func<BodyReader, TParent, Asked> ask, bool optionalBody = false) =>
        PutAsync(request, (body, parent) => ValueTask.FromResult(ask(body, parent)), optionalBody);

    /// <param name="ask">From the body; its problems are asked for afterwards, so that nothing in particular is fine where it has some.</param>
    /// <param name="shown">How the answer is written, when not as everywhere.</param>
    public async ValueTask<ArmResult> PutAsync(
        ArmRequest request,
        Func<BodyReader, TParent, ValueTask<Asked>> ask,
        bool optionalBody = false,
        View<TParent, TChild>? shown = null
    )
    {
        if (await ParentAsync(request.Id.Parent!, request.Aborted) is not { } parent)
            return ArmErrors.ParentNotFound(request.Id.Parent!);
        RequestBody content = await request.ContentAsync();
        SendOutcome outcome = await SendAsync(
            request,
            parent.Resource.Id,
            async present =>
            {
                BodyReader body = content.Reader(optionalBody);
                Asked asked = await ask(body, present);
                return body.Refusal is { } no ? no : asked;
            },
            isPut: true
        );
        if (
            outcome
            is not SendOutcome.Delivered
            {
                Resources: [{ Before: Versioned<TParent> before, After: Versioned<TParent> after }, ..]
            } delivered
        )
            return await request.RefusedAsync(outcome);
        TChild stored = Find(after.Resource, request)!;
        ArmOperation? operation = request.BegunBy(delivered, after.Resource.Location);
        return Find(before.Resource, request) is null
            ? new ArmResult.Created(await (shown ?? view)(request, after, stored, Moment.Created), operation)
            : new ArmResult.Ok(await (shown ?? view)(request, after, stored, Moment.Answer), operation);
    }

    public ValueTask<ArmResult> DeleteAsync(ArmRequest request, Func<TChild, Signal> signal) =>
        DeleteAsync(request, (_, child) => signal(child));

    /// <param name="ask">What the end of the child asks of its parent, and of others.</param>
    public async ValueTask<ArmResult> DeleteAsync(ArmRequest request, Func<TParent, TChild, Asked> ask)
    {
        if (await ParentAsync(request.Id.Parent!, request.Aborted) is not { } parent || Find(parent.Resource, request) is not { } child)
            return new ArmResult.NoContent();
        SendOutcome outcome = await SendAsync(
            request,
            parent.Resource.Id,
            present => ValueTask.FromResult(ask(present, Find(present, request) ?? child))
        );
        return outcome is not SendOutcome.Delivered delivered ? await request.RefusedAsync(outcome)
            : request.BegunBy(delivered, parent.Resource.Location) is { } begun ? new ArmResult.Accepted(begun)
            : new ArmResult.Empty();
    }

    /// <summary>A parent that went between the look and the try is a 404 of the parent.</summary>
    private Task<SendOutcome> SendAsync(ArmRequest request, ResourceId parent, Func<TParent, ValueTask<Asked>> ask, bool isPut = false)
    {
        SendContext context = request.Context(named: found => Find(((Versioned<TParent>)found).Resource, request) is not null);
        return parents.SendAsync(
            parent,
            (present, _) => present is null ? new(Refusal.NotFound("ParentResourceNotFound", $"'{parent.Name}' is gone.")) : ask(present),
            isPut ? context.PolledBy(request) : context
        );
    }

    private ValueTask<Versioned<TParent>?> ParentAsync(ResourceId id, CancellationToken cancellation) =>
        ParentOf is null ? parents.ReadAsync(id, cancellation) : ParentOf(id, cancellation);

    private TChild? Find(TParent parent, ArmRequest request) =>
        All(parent).FirstOrDefault(c => NameOf(c).Equals(request.Id.Name, StringComparison.OrdinalIgnoreCase));
}
