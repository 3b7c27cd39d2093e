using System.Text.Json.Serialization;

namespace Causeway.Domain.InternetPeering;

/// <summary>
/// Where a connection is on its way. What its BGP sessions do is an observation, not a state. Whether our routers have a session, and what that session lets
/// through, follows from the state and from nothing else: <see cref="HasSession"/>, <see cref="IsOpen"/>.
/// </summary>
// The names stand in stored documents: they stay when a type is renamed.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(PendingApproval), "PendingApproval")]
[JsonDerivedType(typeof(Approved), "Approved")]
[JsonDerivedType(typeof(ProvisioningStarted), "ProvisioningStarted")]
[JsonDerivedType(typeof(ProvisioningCompleted), "ProvisioningCompleted")]
[JsonDerivedType(typeof(Validating), "Validating")]
[JsonDerivedType(typeof(Suspended), "Suspended")]
[JsonDerivedType(typeof(Active), "Active")]
[JsonDerivedType(typeof(ProvisioningFailed), "ProvisioningFailed")]
[JsonDerivedType(typeof(PendingRemove), "PendingRemove")]
public abstract record ConnectionState(DateTimeOffset Since)
{
    /// <summary>The operator acts next.</summary>
    public sealed record PendingApproval(DateTimeOffset Since) : ConnectionState(Since);

    /// <summary>The peer configures its side, and says so.</summary>
    /// <param name="Until">When that is too late.</param>
    /// <param name="IsReminded">It was told once more.</param>
    public sealed record Approved(DateTimeOffset Since, DateTimeOffset Until, bool IsReminded = false) : ConnectionState(Since);

    /// <summary>Our routers are given the session, under DENY ALL.</summary>
    public sealed record ProvisioningStarted(DateTimeOffset Since) : ConnectionState(Since);

    /// <summary>All our routers were read to have it.</summary>
    public sealed record ProvisioningCompleted(DateTimeOffset Since) : ConnectionState(Since);

    /// <summary>Looked at, check by check, under DENY ALL.</summary>
    /// <param name="Until">When what still waits counts as failed; null for one that was Active: it comes back when its checks pass.</param>
    /// <param name="Because">Why one that was Active is not; null for the first time.</param>
    public sealed record Validating(DateTimeOffset Since, DateTimeOffset? Until, string? Because = null) : ConnectionState(Since);

    /// <summary>Under DENY ALL by the operator's hand. Shown as Validating.</summary>
    public sealed record Suspended(DateTimeOffset Since, string Because) : ConnectionState(Since);

    /// <summary>Open to what is proven, and to nothing else.</summary>
    public sealed record Active(DateTimeOffset Since) : ConnectionState(Since);

    /// <summary>Not on our routers; the peer or the operator may have it tried again.</summary>
    /// <param name="WasApproved">Else it was rejected, and is to be reviewed again first.</param>
    public sealed record ProvisioningFailed(DateTimeOffset Since, string Error, bool WasApproved) : ConnectionState(Since);

    /// <summary>Leaving: traffic is asked away (RFC 8326) until its time, and then it is gone.</summary>
    /// <param name="WasActive">It was open when it began to leave, and stays so until its time, for a session that closes at once cuts traffic off.</param>
    public sealed record PendingRemove(DateTimeOffset Since, DateTimeOffset Until, bool WasActive) : ConnectionState(Since);

    /// <summary>Our routers have a session with the peer.</summary>
    [JsonIgnore]
    public bool HasSession => this is ProvisioningStarted or ProvisioningCompleted or Validating or Suspended or Active or PendingRemove;

    /// <summary>The session may let through what is proven; else it is under DENY ALL.</summary>
    [JsonIgnore]
    public bool IsOpen => this is Active or PendingRemove { WasActive: true };

    /// <summary>Its checks are looked at.</summary>
    [JsonIgnore]
    public bool IsLookedAt => this is ProvisioningCompleted or Validating or Active;

    /// <summary>The state on the wire.</summary>
    [JsonIgnore]
    public string WireName =>
        this switch
        {
            Suspended => nameof(Validating),
            var other => other.GetType().Name,
        };

    /// <summary>How far it is from Active, the farthest first.</summary>
    [JsonIgnore]
    public int Rank =>
        this switch
        {
            PendingApproval => 0,
            ProvisioningFailed => 1,
            Approved => 2,
            ProvisioningStarted => 3,
            ProvisioningCompleted => 4,
            Validating => 5,
            Suspended => 6,
            PendingRemove => 7,
            _ => 8,
        };
}
