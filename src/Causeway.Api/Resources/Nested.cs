using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Resources;

/// <summary>
/// Children that live in their parent's document, with its etag: subnets, peerings, authorizations. All five methods of such a type; only the signals of
/// PUT and DELETE differ.
/// </summary>
internal sealed class Nested<TParent, TChild>(Tracked<TParent> parents, View<TParent, TChild> view)
    where TParent : class, IResource
    where TChild : class
{
    /// <summary>The child's segment in ids, such as <c>subnets</c>.</summary>
    public required string Segment { get; init; }

    public required Func<TParent, IReadOnlyList<TChild>> All { get; init; }

    public required Func<TChild, string> NameOf { get; init; }

    /// <summary>How the parent is found when it is not stored under the id in the path, as a cross connection is not.</summary>
    public Func<ResourceId, CancellationToken, ValueTask<Versioned<TParent>?>>? ParentOf { get; init; }

    /// <summary>The operation that a write begins; null where a write is done when it is answered.</summary>
    public Func<ArmRequest, TParent, ArmOperation>? Operation { get; init; }

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

    /// <param name="signal">From the body; its problems are asked for afterwards, so that null is fine where it has some.</param>
    /// <param name="shown">How the answer is written, when not as everywhere.</param>
    public async ValueTask<ArmResult> PutAsync(
        ArmRequest request,
        Func<BodyReader, Signal?> signal,
        bool optionalBody = false,
        View<TParent, TChild>? shown = null
    )
    {
        if (await ParentAsync(request.Id.Parent!, request.Aborted) is not { } before)
            return ArmErrors.ParentNotFound(request.Id.Parent!);
        BodyReader body = optionalBody ? await request.OptionalBodyAsync() : await request.BodyAsync();
        Signal? wanted = signal(body);
        if (body.Refusal is { } no)
            return no;
        SendOutcome outcome = await SendAsync(request, before, wanted!);
        if (outcome is not SendOutcome.Delivered { After: [{ } row] })
            return await request.RefusedAsync(outcome);
        Versioned<TParent> after = parents.Read(row);
        TChild stored = Find(after.Resource, request)!;
        ArmOperation? operation = Operation?.Invoke(request, after.Resource);
        return Find(before.Resource, request) is null
            ? new ArmResult.Created(await (shown ?? view)(request, after, stored, Moment.Created), operation)
            : new ArmResult.Ok(await (shown ?? view)(request, after, stored, Moment.Answer), operation);
    }

    public async ValueTask<ArmResult> DeleteAsync(ArmRequest request, Func<TChild, Signal> signal)
    {
        if (await ParentAsync(request.Id.Parent!, request.Aborted) is not { } parent || Find(parent.Resource, request) is not { } child)
            return new ArmResult.NoContent();
        SendOutcome outcome = await SendAsync(request, parent, signal(child));
        return outcome is not SendOutcome.Delivered ? await request.RefusedAsync(outcome)
            : Operation is null ? new ArmResult.Empty()
            : new ArmResult.Accepted(Operation(request, parent.Resource));
    }

    private Task<SendOutcome> SendAsync(ArmRequest request, Versioned<TParent> parent, Signal signal) =>
        parents.SendAsync(parent.Resource.Id, signal, request.Context(named: row => Find(parents.Read(row).Resource, request) is not null));

    private ValueTask<Versioned<TParent>?> ParentAsync(ResourceId id, CancellationToken cancellation) =>
        ParentOf is null ? parents.ReadAsync(id, cancellation) : ParentOf(id, cancellation);

    private TChild? Find(TParent parent, ArmRequest request) =>
        All(parent).FirstOrDefault(c => NameOf(c).Equals(request.Id.Name, StringComparison.OrdinalIgnoreCase));
}
