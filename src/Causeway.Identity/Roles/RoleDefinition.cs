using System.Collections.Concurrent;

namespace Causeway.Identity.Roles;

/// <summary>What a role allows, as data. Patterns are actions in which <c>*</c> stands for anything (ARM's rule), compared in any case.</summary>
/// <param name="Id">GUID; the ones of Azure's roles are Azure's own, so that scripts find them.</param>
public sealed record RoleDefinition(
    string Id,
    string Name,
    string Description,
    IReadOnlyList<string> Actions,
    IReadOnlyList<string> NotActions
)
{
    private readonly ConcurrentDictionary<string, bool> _answers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Actions are the endpoints' declarations, so the answers that are remembered are few.</summary>
    public bool Allows(string action) =>
        _answers.GetOrAdd(
            action,
            static (a, role) => role.Actions.Any(p => Matches(p, a)) && !role.NotActions.Any(p => Matches(p, a)),
            this
        );

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> action)
    {
        int star = pattern.IndexOf('*');
        if (star < 0)
            return pattern.Equals(action, StringComparison.OrdinalIgnoreCase);
        if (!action.StartsWith(pattern[..star], StringComparison.OrdinalIgnoreCase))
            return false;
        ReadOnlySpan<char> rest = pattern[(star + 1)..];
        for (int i = star; i <= action.Length; i++)
            if (Matches(rest, action[i..]))
                return true;
        return false;
    }
}
