using System.Collections.Concurrent;
using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Identity.Roles;

/// <summary>
/// Answers from role assignments. Those of a principal are read once and kept for a moment. A change is announced by the store: a node that makes one has
/// forgotten what it knew before it answers, the others a moment later; the time limit is for an announcement that is lost.
/// </summary>
public sealed class Authorizer : IAuthorizer, IDisposable
{
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, (Grant[] Grants, long At, long Generation)> _grants = new(
        StringComparer.OrdinalIgnoreCase
    );
    private readonly IStore _store;
    private readonly RoleAssignmentWorkflow _workflow;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _clock;
    private long _generation;

    public Authorizer(IStore store, RoleAssignmentWorkflow workflow, IdentityOptions options, TimeProvider clock)
    {
        (_store, _workflow, _options, _clock) = (store, workflow, options, clock);
        store.Announced += Forget;
    }

    public void Dispose() => _store.Announced -= Forget;

    public async ValueTask<bool> MayAsync(Principal principal, string action, ResourceId? scope, CancellationToken cancellation)
    {
        foreach (Grant grant in await GrantsAsync(principal.ObjectId, cancellation))
            if ((grant.Scope is null || (scope is not null && grant.Scope.Contains(scope))) && grant.Role.Allows(action))
                return true;
        return false;
    }

    public async ValueTask<bool> MayBelowAsync(Principal principal, string action, ResourceId? scope, CancellationToken cancellation)
    {
        foreach (Grant grant in await GrantsAsync(principal.ObjectId, cancellation))
            if (grant.Scope is not null && (scope is null || scope.Contains(grant.Scope)) && grant.Role.Allows(action))
                return true;
        return false;
    }

    public async ValueTask<IReadOnlyList<(string Role, ResourceId? Scope)>> RolesAsync(
        Principal principal,
        CancellationToken cancellation
    ) => [.. (await GrantsAsync(principal.ObjectId, cancellation)).Select(g => (g.Role.Name, g.Scope))];

    private void Forget(string? announcement)
    {
        if (announcement is not (null or RoleAssignment.Type))
            return;
        Interlocked.Increment(ref _generation);
        _grants.Clear();
    }

    private async ValueTask<Grant[]> GrantsAsync(string principalId, CancellationToken cancellation)
    {
        long generation = Interlocked.Read(ref _generation);
        // What was read before a change does not count after it, also when it was put here after the change was announced.
        if (
            _grants.TryGetValue(principalId, out var known)
            && known.Generation == generation
            && _clock.GetElapsedTime(known.At) < _options.RoleCache
        )
            return known.Grants;
        long at = _clock.GetTimestamp();
        var grants = new List<Grant>();
        foreach (RoleAssignment assignment in await _workflow.OfPrincipalAsync(_store, principalId, cancellation))
        {
            ResourceId? scope = null;
            if (
                BuiltInRoles.Find(assignment.RoleId) is { } role
                && (assignment.Scope == "/" || ResourceId.TryParse(assignment.Scope, out scope))
            )
                grants.Add(new Grant(scope, role));
        }
        if (_grants.Count >= MostRemembered)
            _grants.Clear();
        Grant[] result = [.. grants];
        _grants[principalId] = (result, at, generation);
        return result;
    }

    /// <param name="Scope">Null is the tenant.</param>
    private sealed record Grant(ResourceId? Scope, RoleDefinition Role);
}
