using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>Who may do what where. Implemented by Identity over role assignments.</summary>
public interface IAuthorizer
{
    /// <summary>Whether a role on <paramref name="scope"/> or above it allows the action. A null scope is the tenant itself (<c>/</c>).</summary>
    ValueTask<bool> MayAsync(Principal principal, string action, ResourceId? scope, CancellationToken cancellation);

    /// <summary>Whether a role on anything below <paramref name="scope"/> allows the action: then a list answers, with what may be read.</summary>
    ValueTask<bool> MayBelowAsync(Principal principal, string action, ResourceId? scope, CancellationToken cancellation);

    /// <summary>The roles that somebody has, by name, and where; a null scope is the tenant itself.</summary>
    ValueTask<IReadOnlyList<(string Role, ResourceId? Scope)>> RolesAsync(Principal principal, CancellationToken cancellation);
}
