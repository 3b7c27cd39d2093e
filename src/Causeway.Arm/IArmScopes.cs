using System.Collections.Frozen;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>What the conventions need to know of subscriptions and resource groups. Implemented over the store.</summary>
public interface IArmScopes
{
    ValueTask<ArmSubscription?> SubscriptionAsync(string id, CancellationToken cancellation);

    ValueTask<ArmGroup?> GroupAsync(ResourceId group, CancellationToken cancellation);
}

/// <param name="Unregistered">Namespaces whose registration the owner took back; writes to them answer MissingSubscriptionRegistration.</param>
/// <param name="ReadOnly">It is disabled: nothing may be created or changed in it.</param>
public sealed record ArmSubscription(string Id, string DisplayName, string TenantId, FrozenSet<string> Unregistered, bool ReadOnly = false)
{
    /// <summary>Namespaces that have nothing here and were registered all the same, in the order of their names.</summary>
    public IReadOnlyCollection<string> Foreign { get; init; } = [];
}

/// <param name="Revision">The group's revision as read: a write that puts something into the group may check it in its commit.</param>
/// <param name="Deleting">Nothing more may be put into it.</param>
public sealed record ArmGroup(ResourceId Id, string Location, long Revision, bool Deleting);
