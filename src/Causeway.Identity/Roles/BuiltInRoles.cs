using System.Collections.Frozen;

namespace Causeway.Identity.Roles;

/// <summary>The roles there are.</summary>
public static class BuiltInRoles
{
    /// <summary>What one must be allowed to give a role that allows what is the operator's.</summary>
    internal const string GiveOperatorRoles = "Microsoft.Causeway/operator/roles/write";

    /// <summary>What the operator's permissions are about: one that is missing here is the Peering Operator's too.</summary>
    private static readonly string[] s_operatorParts =
    [
        "circuitTickets",
        "peerAsns",
        "peerings",
        "principals",
        "requests",
        "roles",
        "subscriptions",
        "supportTickets",
        "topologies",
    ];

    /// <summary>Whether a role allows anything that is the operator's: an owner may not give it, to himself least of all.</summary>
    internal static bool IsOperators(RoleDefinition role) =>
        s_operatorParts.Any(part => role.Allows($"Microsoft.Causeway/operator/{part}/x/action"));

    public static RoleDefinition Owner { get; } =
        new("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", "Full access, and may assign roles.", ["*"], OperatorOnly);

    public static RoleDefinition Contributor { get; } =
        new(
            "b24988ac-6180-42a0-ab88-20f7382dd24c",
            "Contributor",
            "Full access, but may not assign roles.",
            ["*"],
            [.. OperatorOnly, "Microsoft.Authorization/*/write", "Microsoft.Authorization/*/delete"]
        );

    public static RoleDefinition Reader { get; } =
        new("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", "Sees everything, changes nothing.", ["*/read"], OperatorOnly);

    public static RoleDefinition ConnectivityProvider { get; } =
        new(
            "5f0d7c1a-7d53-4c39-9a0a-6b2f0d5b3c11",
            "Connectivity Provider",
            "Sees and provisions the circuits that were ordered from the provider whose subscription this is.",
            [
                "Microsoft.Network/expressRouteCrossConnections/*",
                "Microsoft.Support/*",
                "Microsoft.Network/*/read",
                "Microsoft.Resources/*/read",
                "Microsoft.Authorization/*/read",
                "Microsoft.Causeway/*/read",
            ],
            OperatorOnly
        );

    public static RoleDefinition PeeringOperator { get; } =
        new(
            "5f0d7c1a-7d53-4c39-9a0a-6b2f0d5b3c12",
            "Peering Operator",
            "Reviews, approves and configures Internet peerings, and decides on tickets about them.",
            [
                "Microsoft.Peering/*",
                "Microsoft.Support/supportTickets/communications/write",
                "*/read",
                "Microsoft.Causeway/operator/peerings/*",
                "Microsoft.Causeway/operator/peerAsns/*",
                "Microsoft.Causeway/operator/requests/*",
                "Microsoft.Causeway/operator/supportTickets/*",
            ],
            [
                .. s_operatorParts
                    .Except(["peerings", "peerAsns", "requests", "supportTickets"])
                    .Select(part => $"Microsoft.Causeway/operator/{part}/*"),
            ]
        );

    public static RoleDefinition Operator { get; } =
        new("5f0d7c1a-7d53-4c39-9a0a-6b2f0d5b3c13", "Operator", "Runs the installation: everything, everywhere.", ["*"], []);

    public static IReadOnlyList<RoleDefinition> All { get; } =
    [Owner, Contributor, Reader, ConnectivityProvider, PeeringOperator, Operator];

    private static readonly FrozenDictionary<string, RoleDefinition> s_byId = All.ToFrozenDictionary(
        r => r.Id,
        StringComparer.OrdinalIgnoreCase
    );

    public static RoleDefinition? Find(string id) => s_byId.GetValueOrDefault(id);

    /// <summary>What belongs to the operator of the installation, whatever a customer's role on its own subscription.</summary>
    private static string[] OperatorOnly => ["Microsoft.Causeway/operator/*"];
}
