using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Domain;
using Causeway.Domain.Findings;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Kit;

/// <summary>The endpoints that every tracked resource has.</summary>
internal sealed class TrackedEndpoints<T> : IEndpoints
    where T : class, ITracked<T>
{
    private readonly Tracked<T> _tracked;
    private readonly TrackedShape _shape;
    private readonly IWire<T> _present;
    private readonly DatedWire<T>[] _earlier;
    private readonly Explaining _explaining;
    private readonly IExplains<T>? _explains;

    public TrackedEndpoints(
        Tracked<T> tracked,
        IEnumerable<DatedWire<T>> wires,
        TrackedShape shape,
        Explaining explaining,
        IExplains<T>? explains
    )
    {
        (_tracked, _explaining, _explains) = (tracked, explaining, explains);
        _shape = shape;
        DatedWire<T>[] all = [.. wires];
        _present =
            all.SingleOrDefault(w => w.Before is null)?.Wire
            ?? throw new InvalidOperationException($"{shape.Type} has no wire form: say .Wire<…>().");
        _earlier = [.. all.Where(w => w.Before is not null).OrderBy(w => w.Before, StringComparer.Ordinal)];
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        ArmTypeRoutes mapped = routes
            .Arm(_shape.Type)
            .Put(PutAsync, _present.Contract, operation: true)
            .Get(r => _tracked.GetAsync(r, ViewOf(r), _shape.HasETagHeader), _present.Contract)
            .Patch(r => _tracked.TagAsync(r, ViewOf(r)), () => ResourcesContract.Default.TagsObject, _present.Contract)
            .Delete(_tracked.DeleteAsync, operation: true)
            .ListInGroup(r => _tracked.ListAsync(r, ViewOf(r)), _present.Contract);
        if (_shape.IsListedInSubscriptions)
            mapped.ListInSubscription(r => _tracked.ListAsync(r, ViewOf(r)), _present.Contract);
        if (!_shape.ExplainsItself)
            mapped.GetBelow("explain", ExplainAsync, Explaining.Contract(_shape.Type.Path));
    }

    private async ValueTask<ArmResult> PutAsync(ArmRequest request) =>
        await _tracked.PutAsync(request, WireOf(request)) switch
        {
            ArmResult.Created made when !request.IsSince(_shape.CreatedSince) => new ArmResult.Ok(made.Body, made.Operation),
            ArmResult result => result,
        };

    private async ValueTask<ArmResult> ExplainAsync(ArmRequest request) =>
        await _tracked.ReadAsync(request.Id, request.Aborted) is { Resource: var resource }
            ? await _explaining.PlainAsync(
                resource.Id,
                _explains is not null
                    ? await _explains.ExplainAsync(resource, request.Aborted)
                    : PlainFindings.Stands.Found(FindingLevel.Ok, null, null, ("name", resource.Id.Name), ("state", resource.StateName)),
                request.Aborted
            )
            : await request.NotFoundAsync();

    /// <summary>The shape of the caller's api-version: the earliest of those that end after it.</summary>
    private IWire<T> WireOf(ArmRequest request) => _earlier.FirstOrDefault(w => !request.IsSince(w.Before))?.Wire ?? _present;

    private View<T> ViewOf(ArmRequest request)
    {
        IWire<T> wire = WireOf(request);
        return (resource, moment) => wire.WriteAsync(request, resource, moment);
    }
}
