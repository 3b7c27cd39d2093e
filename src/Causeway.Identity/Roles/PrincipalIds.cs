using Causeway.Identity.Directory;
using Causeway.Primitives;

namespace Causeway.Identity.Roles;

/// <summary>
/// From what somebody writes as <c>principalId</c> to an object id. Applications of ours have a GUID. A subject of another issuer has the GUID that follows
/// from issuer and subject (<see cref="OidcIssuerOptions.ObjectIdOf"/>), as the refusal of its requests says it; it can be written as <c>ISSUER#SUBJECT</c>,
/// and as the bare subject while there is one issuer.
/// </summary>
public sealed class PrincipalIds(IdentityOptions options, Applications applications)
{
    /// <summary>The object id, or why there is none.</summary>
    public async ValueTask<(string? ObjectId, Refusal? Why)> ResolveAsync(string principalId, CancellationToken cancellation)
    {
        // An issuer has no fragment (OpenID Connect Discovery 1.0 §2), so the first '#' ends it.
        if (principalId.IndexOf('#', StringComparison.Ordinal) is > 0 and var hash)
        {
            (string named, string subject) = (principalId[..hash], principalId[(hash + 1)..]);
            return options.Issuers.FirstOrDefault(i => i.Issuer == named) is { } issuer && subject.Length > 0
                ? (issuer.ObjectIdOf(subject), null)
                : (null, Wrong($"'{principalId}' names no subject of an issuer of this installation"));
        }
        if (
            GuidText.TryParse(principalId, out Guid id)
            && (
                id.Version == DeterministicGuid.Version
                || options.Issuers.Count == 0
                || await applications.IsOursAsync(principalId, cancellation)
            )
        )
            return (id.ToString(), null);
        string[] issuers = [.. options.Issuers.Select(i => i.Issuer).Distinct(StringComparer.Ordinal)];
        return issuers.Length switch
        {
            0 => (principalId, null),
            1 => (options.Issuers[0].ObjectIdOf(principalId), null),
            _ => (null, Wrong($"'{principalId}' may be a subject of any of {string.Join(", ", issuers)}")),
        };
    }

    private static Refusal Wrong(string what) =>
        Refusal.Invalid(
            "InvalidPrincipalId",
            $"{what}: give the object id that the principal's refused requests name, or ISSUER#SUBJECT.",
            "properties.principalId"
        );
}
