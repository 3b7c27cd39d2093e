using System.Collections.Immutable;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Samples;

/// <summary>Names that the samples of subscriptions, groups, roles and principals share.</summary>
internal static class Scopes
{
    public const string Mine = "11111111-1111-1111-1111-111111111111";
    public static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly SendContext Me = new("me");
    public static readonly ResourceId SubscriptionId = ResourceId.OfSubscription(Mine);
    public static readonly ResourceId GroupId = ResourceId.OfGroup(Mine, "rg");
    public static readonly ResourceId RoleId = RoleAssignment.IdOf(GroupId, "22222222-2222-2222-2222-222222222222");
    public static readonly ImmutableSortedDictionary<string, string> NoTags = ImmutableSortedDictionary<string, string>.Empty;
    public static readonly ImmutableSortedDictionary<string, string> Tagged = NoTags.Add("env", "prod");
    public static readonly RoleAssignment Reader = new(RoleId.Text, BuiltInRoles.Reader.Id, "ann", "User", At);

    /// <summary>Sends one signal, which has to be taken.</summary>
    public static async Task SendAsync(Engine engine, ResourceId id, string type, Signal signal)
    {
        SendOutcome outcome = await engine.SendAsync(id, type, signal, Me, CancellationToken.None);
        Assert.True(outcome is SendOutcome.Delivered, $"{outcome}");
    }
}
