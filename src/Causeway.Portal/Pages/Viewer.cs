using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Client.Resources;
using Causeway.Contracts.Operations;
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
    /// <summary>What the viewer may do, and where; none for whoever has a link only.</summary>
    public IReadOnlyList<HeldRoleBody> Roles { get; init; } = [];

    /// <summary>
    /// Whether a role of the viewer's may change something, as far as roles say: what is offered. Whether it is done, the API says.
    /// </summary>
    public bool May(string id) => Roles.Any(r => IsOver(r.Scope, id) && Writes(r.RoleName, id));

    /// <summary>Whether there is anywhere where the viewer may make things.</summary>
    public bool MayMake => Roles.Any(r => r.RoleName is "Owner" or "Contributor" or "Operator");

    /// <summary>Whether the viewer decides for the operator about something, such as a peering or a circuit.</summary>
    public bool Decides(string about) =>
        Roles.Any(r =>
            IsOver(r.Scope, about)
            && (
                r.RoleName == "Operator"
                || (r.RoleName == "Peering Operator" && about.Contains("/microsoft.peering/", StringComparison.OrdinalIgnoreCase))
            )
        );

    /// <summary>Whether the viewer has something for themselves, whatever they do for the operator.</summary>
    public bool Owns(string id) => Roles.Any(r => r.RoleName is ("Owner" or "Contributor") && IsOver(r.Scope, id));

    private static bool IsOver(string scope, string id) =>
        scope.TrimEnd('/') is var over
        && id.StartsWith(over, StringComparison.OrdinalIgnoreCase)
        && (id.Length == over.Length || id[over.Length] == '/');

    private static bool Writes(string role, string id)
    {
        bool IsOf(string type) => id.Contains(type, StringComparison.OrdinalIgnoreCase);
        return role switch
        {
            "Owner" or "Contributor" or "Operator" => true,
            "Connectivity Provider" => IsOf("/microsoft.network/expressroutecrossconnections/") || IsOf("/microsoft.support/"),
            "Peering Operator" => IsOf("/microsoft.peering/"),
            _ => false,
        };
    }

    /// <summary>A role as people call it; one that is not built in, as who made it does.</summary>
    public static string RoleOf(Language.Words words, string role) =>
        role switch
        {
            "Owner" => words["portal role owner"],
            "Contributor" => words["portal role contributor"],
            "Reader" => words["portal role reader"],
            "Operator" => words["portal role operator"],
            "Peering Operator" => words["portal role peering operator"],
            "Connectivity Provider" => words["portal role connectivity provider"],
            _ => role,
        };

    public string NameOf(string subscription) =>
        Subscriptions.FirstOrDefault(s => s.SubscriptionId.Equals(subscription, StringComparison.OrdinalIgnoreCase))?.DisplayName
        ?? subscription;

    /// <summary>Where a role counts, as people call it.</summary>
    public string Where(Language.Words words, string? scope) =>
        scope is null or "" or "/" ? words["portal everywhere"]
        : scope.Split('/') is [_, _, var subscription] ? NameOf(subscription)
        : Ids.NameOf(scope);

    /// <summary>
    /// By the roles that the API says the viewer has. A side that is shown to somebody who may not do anything there would show refusals; one that is not shown takes
    /// nothing away, since every page is asked of the API anew.
    /// </summary>
    public static async Task<Viewer> OfAsync(CausewayClient client, CancellationToken cancellation)
    {
        Task<IReadOnlyList<Document<SubscriptionBody>>> subscriptions = client.Subscriptions.AllAsync(cancellation);
        IReadOnlyList<HeldRoleBody> held = (await client.Operations.MeAsync(cancellation)).Body.Roles;
        HashSet<string> roles = [.. held.Select(r => r.RoleName)];
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
        return new Viewer([.. (await subscriptions).Select(s => s.Body)], sides) { Roles = held };
    }
}
