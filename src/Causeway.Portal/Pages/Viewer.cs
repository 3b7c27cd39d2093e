using Causeway.Client;
using Causeway.Client.Identity;
using Causeway.Client.Resources;
using Causeway.Contracts.Identity;
using Causeway.Contracts.Resources;

namespace Causeway.Portal.Pages;

/// <summary>A side of the installation that somebody works at.</summary>
/// <param name="Key">As in the path.</param>
public sealed record Side(string Key)
{
    public static readonly Side Customer = new("customer");
    public static readonly Side Provider = new("provider");
    public static readonly Side Peer = new("peer");
    public static readonly Side Operator = new("operator");
}

/// <summary>Who looks: which subscriptions they see, and which sides their roles make theirs.</summary>
public sealed record Viewer(IReadOnlyList<SubscriptionBody> Subscriptions, IReadOnlyList<Side> Sides)
{
    public string NameOf(string subscription) =>
        Subscriptions.FirstOrDefault(s => s.SubscriptionId.Equals(subscription, StringComparison.OrdinalIgnoreCase))?.DisplayName
        ?? subscription;

    /// <summary>
    /// By the roles that the API lists. A side that is shown to somebody who may not do anything there would show refusals; one that is not shown takes nothing
    /// away, since every page is asked of the API anew.
    /// </summary>
    public static async Task<Viewer> OfAsync(CausewayClient client, string objectId, CancellationToken cancellation)
    {
        SubscriptionBody[] subscriptions = [.. (await client.Subscriptions.AllAsync(cancellation)).Select(s => s.Body)];
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var roles = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string scope in (string[])[.. subscriptions.Select(s => Ids.Subscription(s.SubscriptionId)).Take(20), ""])
            try
            {
                if (names.Count == 0)
                    foreach (Document<RoleDefinitionBody> role in await client.Roles.DefinitionsAsync(scope, cancellation))
                        names[role.Body.Name] = role.Body.Properties.RoleName;
                foreach (Document<RoleAssignmentBody> given in await client.Roles.AssignmentsAsync(scope, cancellation))
                    if (given.Body.Properties.PrincipalId.Equals(objectId, StringComparison.OrdinalIgnoreCase))
                        roles.Add(names.GetValueOrDefault(Ids.NameOf(given.Body.Properties.RoleDefinitionId), "Reader"));
            }
            catch (ArmException e) when (e.Status is 403 or 404)
            {
                // Roles that one may not read are not one's own, or are those on the whole installation.
            }
        bool Has(params ReadOnlySpan<string> any)
        {
            foreach (string role in any)
                if (roles.Contains(role))
                    return true;
            return false;
        }
        var sides = new List<Side>();
        if (Has("Operator", "Peering Operator"))
            sides.Add(Side.Operator);
        if (Has("Owner", "Contributor", "Reader", "Operator"))
            sides.Add(Side.Customer);
        if (Has("Connectivity Provider", "Operator"))
            sides.Add(Side.Provider);
        if (Has("Owner", "Contributor", "Reader", "Operator"))
            sides.Add(Side.Peer);
        return new Viewer(subscriptions, sides);
    }
}
