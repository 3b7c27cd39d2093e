using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Client.Resources;
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
    /// By the roles that the API says the viewer has. A side that is shown to somebody who may not do anything there would show refusals; one that is not shown takes
    /// nothing away, since every page is asked of the API anew.
    /// </summary>
    public static async Task<Viewer> OfAsync(CausewayClient client, CancellationToken cancellation)
    {
        Task<IReadOnlyList<Document<SubscriptionBody>>> subscriptions = client.Subscriptions.AllAsync(cancellation);
        HashSet<string> roles = [.. (await client.Operations.MeAsync(cancellation)).Body.Roles.Select(r => r.RoleName)];
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
        return new Viewer([.. (await subscriptions).Select(s => s.Body)], sides);
    }
}
