using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Domain;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Kit;

/// <summary>
/// The resources of one tracked type: what PUT, GET, the lists, PATCH of tags and DELETE do alike whatever the type.
/// </summary>
public sealed class Tracked<T>(Engine engine, TrackedWorkflow<T> workflow)
    where T : class, ITracked<T>
{
    private readonly string _type = workflow.Type;

    public ValueTask<Versioned<T>?> ReadAsync(ResourceId id, CancellationToken cancellation) =>
        engine.ReadAsync(workflow, id, cancellation);

    public Versioned<T> Read(StoredResource row) => workflow.Read(row);

    /// <summary>All that carry a label, whoever's they are.</summary>
    public async IAsyncEnumerable<Versioned<T>> WithLabelAsync(string label, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (
            StoredResource row in engine.Store.AllAsync(
                new ResourceQuery
                {
                    Type = _type,
                    Label = label,
                    Most = 1000,
                },
                cancellation
            )
        )
            yield return Read(row);
    }

    public Task<SendOutcome> SendAsync(ResourceId id, Signal signal, SendContext context) =>
        engine.SendAsync(id, _type, signal, context, CancellationToken.None);

    /// <param name="ask">Made per try: a choice that lost a race is made anew.</param>
    public Task<SendOutcome> SendAsync(ResourceId id, Func<T?, CancellationToken, ValueTask<Asked>> ask, SendContext context) =>
        engine.SendAsync(
            [new Addressed(id, _type, (before, cancellation) => ask(((Versioned<T>?)before)?.Resource, cancellation))],
            context,
            CancellationToken.None
        );

    /// <summary>What deletes one: asked of the resource as it is then.</summary>
    public static Addressed Deletion(TrackedWorkflow<T> workflow, ResourceId id, DateTimeOffset at, Ticket? ticket) =>
        new(
            id,
            workflow.Type,
            (before, _) =>
                new(before is Versioned<T> found ? workflow.Deletion(found.Resource, at, ticket) : new DeleteResource(at, ticket))
        );

    /// <summary>Reads the body as the wire form has it and sends what it asks for: 201 when the PUT made the resource, else 200; with the operation that goes on.</summary>
    public async ValueTask<ArmResult> PutAsync(ArmRequest request, IWire<T> wire)
    {
        RequestBody content = await request.ContentAsync();
        SendOutcome outcome = await SendAsync(
            request.Id,
            async (present, _) =>
            {
                BodyReader body = content.Reader();
                Asked asked = await wire.ReadAsync(request, body, present);
                return body.Refusal is { } no ? no : asked;
            },
            request.Context().PolledBy(request)
        );
        return await StoredAsync(request, outcome, (resource, moment) => wire.WriteAsync(request, resource, moment));
    }

    /// <param name="eTagHeader">Whether the type's GET carries the etag in a header too (azure-recorded: some types do, most do not).</param>
    public async ValueTask<ArmResult> GetAsync(ArmRequest request, View<T> view, bool eTagHeader = false) =>
        await ReadAsync(request.Id, request.Aborted) is { } found
            ? new ArmResult.Ok(await view(found, Moment.Read), ETagHeader: eTagHeader ? found.ETag : null)
            : await request.NotFoundAsync();

    /// <summary>Of the group or the subscription that the path names, a page at a time.</summary>
    public async ValueTask<ArmResult> ListAsync(ArmRequest request, View<T> view)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return no;
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        Page<StoredResource> rows = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = _type,
                Scope = request.Id,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        return await request.ListAsync(
            rows.Items,
            rows.After,
            r => r.Id,
            r => workflow.TryRead(r, out Versioned<T>? read) ? view(read, Moment.Listed) : ValueTask.FromResult(Unreadable(r))
        );
    }

    /// <summary>What is known of a resource whose document cannot be read: it stands in the list, and GET says what is the matter.</summary>
    private static ArmBody Unreadable(StoredResource row) =>
        ArmBody.Of(
            new UnreadableBody(row.Id.Name, row.Id.Text, row.Type, row.Location, row.Tags, new GroupProperties("Failed")),
            ResourcesContract.Default.UnreadableBody
        );

    /// <summary>False for a document that cannot be read.</summary>
    public bool TryRead(StoredResource row, [NotNullWhen(true)] out Versioned<T>? read) => workflow.TryRead(row, out read);

    /// <summary>Tags that are sent replace all; a body without tags changes nothing.</summary>
    public async ValueTask<ArmResult> TagAsync(ArmRequest request, View<T> view)
    {
        BodyReader body = await request.BodyAsync();
        var tags = body.Tags();
        if (body.Refusal is { } no)
            return no;
        if (await ReadAsync(request.Id, request.Aborted) is not { } present)
            return await request.NotFoundAsync();
        if (tags is null)
            return request.Preconditions.Judge(present.ETag) is { } unmet ? unmet : new ArmResult.Ok(await view(present, Moment.Read));
        SendOutcome outcome = await SendAsync(request.Id, new ReplaceTags(request.Now, tags), request.Context());
        return outcome is SendOutcome.Delivered { Resources: [{ After: Versioned<T> after }, ..] }
            ? new ArmResult.Ok(await view(after, Moment.Read))
            : await request.RefusedAsync(outcome);
    }

    /// <summary>204 for what is not there; else 200, or 202 with the operation that began.</summary>
    public async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (await ReadAsync(request.Id, request.Aborted) is not { Resource: var present })
            return new ArmResult.NoContent();
        SendOutcome outcome = await engine.SendAsync(
            // Where nothing can be polled it is gone when it is answered.
            [Deletion(workflow, present.Id, request.Now, request.Type.Provider.HasOperations ? request.Ticket() : null)],
            request.Context(),
            CancellationToken.None
        );
        return outcome is not SendOutcome.Delivered delivered ? await request.RefusedAsync(outcome)
            : request.BegunBy(delivered, present.Location) is { } begun ? new ArmResult.Accepted(begun)
            : new ArmResult.Empty();
    }

    /// <summary>The answer to a PUT, whose signal for the resource itself was the first: 201 when the PUT made it, else 200.</summary>
    public static async ValueTask<ArmResult> StoredAsync(ArmRequest request, SendOutcome outcome, View<T> view)
    {
        if (outcome is not SendOutcome.Delivered { Resources: [{ After: Versioned<T> after } sent, ..] } delivered)
            return await request.RefusedAsync(outcome);
        ArmOperation? begun = request.BegunBy(delivered, after.Resource.Location);
        return sent.IsNew
            ? new ArmResult.Created(await view(after, Moment.Created), begun)
            : new ArmResult.Ok(await view(after, Moment.Answer), begun);
    }
}
