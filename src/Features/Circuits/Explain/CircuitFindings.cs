using Causeway.Domain.Findings;

namespace Causeway.Domain.Circuits;

/// <summary>What can be found of a circuit; Explain.words says each in the three languages.</summary>
public static class CircuitFindings
{
    public static readonly FindingKind Deleting = new("Deleting", "The circuit is being deleted.");

    public static readonly FindingKind Enabled = new("Enabled", "The circuit is Enabled on our side.");

    public static readonly FindingKind Provisioned = new("Provisioned", "{provider} has provisioned its side at {location}.");

    public static readonly FindingKind Provisioning = new("Provisioning", "{provider} is provisioning its side.");

    public static readonly FindingKind Deprovisioning = new("Deprovisioning", "{provider} is taking its side down.");

    public static readonly FindingKind DeprovisioningLinked = new(
        "DeprovisioningLinked",
        "{provider} is taking its side down, and waits until no virtual network is linked any more: delete the connections."
    );

    public static readonly FindingKind NotProvisioned = new(
        "NotProvisioned",
        "{provider} has not provisioned its side: give it the service key {serviceKey}, then it acts."
    );

    public static readonly FindingKind ProviderContact = new("ProviderContact", "Whom to ask at {provider}: {contact}.");

    public static readonly FindingKind NoPeeringYet = new(
        "NoPrivatePeering",
        "Private peering is not configured; that comes after provisioning."
    );

    public static readonly FindingKind NoPeeringOfProvider = new(
        "NoPrivatePeering",
        "Private peering is not configured: {provider} works at layer 3 and configures it."
    );

    public static readonly FindingKind NoPeeringOfCustomer = new(
        "NoPrivatePeering",
        "Private peering is not configured: configure {peering}."
    );

    public static readonly FindingKind PeeringWaits = new(
        "PeeringWaits",
        "Private peering is stored and goes to the routers when the circuit is provisioned."
    );

    public static readonly FindingKind PeeringConfiguring = new("PeeringConfiguring", "Private peering is being put on both routers.");

    public static readonly FindingKind PeeringTriedInVain = new(
        "PeeringConfiguring",
        "Private peering is being put on both routers; the last try failed: {problem}."
    );

    public static readonly FindingKind PeeringConflicts = new(
        "PeeringConflicts",
        "Private peering cannot be put on the routers: {problem}"
    );

    public static readonly FindingKind PeeringRemoving = new("PeeringRemoving", "Private peering is being taken off the routers.");

    public static readonly FindingKind PeeringFailed = new("PeeringFailed", "A router could not take private peering: {problem}.");

    public static readonly FindingKind PeeringDisabled = new("PeeringDisabled", "Private peering is Disabled: set its state to Enabled.");

    public static readonly FindingKind PeeringConfigured = new("PeeringConfigured", "Private peering is enabled on both routers.");

    public static readonly FindingKind RouterAway = new("RouterAway", "{router} does not follow: {problem}.");

    public static readonly FindingKind CannotBeCompiled = new("CannotBeCompiled", "{router} keeps what it had of the circuit: {problem}.");

    public static readonly FindingKind SessionUnknown = new(
        "SessionUnknown",
        "The {side} session of {peering} to {neighbor} has not been read from {router} yet."
    );

    public static readonly FindingKind SessionStale = new(
        "SessionStale",
        "The {side} session of {peering} to {neighbor} was {state} when {router} was last read, {seconds} s ago: what it is now is not known."
    );

    public static readonly FindingKind NoLink = new(
        "NoLink",
        "The {side} session of {peering} to {neighbor} has no link: {router} lives in a machine's own address space, and connects inside its link space only. It stays down."
    );

    public static readonly FindingKind OnPort = new(
        "OnPort",
        "The circuit is on port {port} at {location}: no provider has to do anything for it."
    );

    public static readonly FindingKind Joined = new(
        "Joined",
        "Connection {join} joins it with circuit {other} over {subnet}: what customers announce is exchanged."
    );

    public static readonly FindingKind JoinNoLink = new(
        "JoinNoLink",
        "Connection {join} with circuit {other} has no link over {subnet}: the routers live in a machine's own address space, and meet inside their link space only. It stays Connecting: take a subnet there."
    );

    public static readonly FindingKind JoinDown = new(
        "JoinDown",
        "Connection {join} with circuit {other} is not up yet: no session between our routers over {subnet} is established, the one looked at is {state}."
    );

    public static readonly FindingKind LinkTested = new(
        "LinkTested",
        "A failover test has taken the {side} link out: it ends by itself at {until}, or when it is stopped."
    );

    public static readonly FindingKind LinkDisabled = new(
        "LinkDisabled",
        "The {side} link of port {port} is disabled, and its sessions are down: set the link's adminState to Enabled."
    );

    public static readonly FindingKind SessionDown = new(
        "SessionDown",
        "The {side} session of {peering} to {neighbor} (AS{asn}) is {state}: check that the router at {neighbor} is up and listens for BGP, and its AS number, VLAN and MD5 key."
    );

    public static readonly FindingKind SessionDownAfter = new(
        "SessionDown",
        "The {side} session of {peering} to {neighbor} (AS{asn}) is {state}; last: {problem}: check that the router at {neighbor} is up and listens for BGP, and its AS number, VLAN and MD5 key."
    );

    public static readonly FindingKind SessionEstablished = new(
        "SessionEstablished",
        "The {side} session of {peering} to {neighbor} is Established, {accepted} routes accepted, {announced} announced."
    );

    public static readonly FindingKind RoutesComing = new(
        "RoutesComing",
        "The {side} session of {peering} to {neighbor} is Established; the peer has not said yet that it has sent all its routes."
    );

    public static readonly FindingKind NoRoutes = new(
        "NoRoutes",
        "The {side} session of {peering} to {neighbor} is Established, but no route comes over it."
    );

    public static readonly FindingKind NoRoutesTaken = new(
        "NoRoutes",
        "The {side} session of {peering} to {neighbor} is Established, but all {received} routes were refused."
    );

    public static readonly FindingKind RoutesRefused = new(
        "RoutesRefused",
        "Of what comes over the {side} session of {peering} to {neighbor}, {routes} routes are refused: {reasons}. docs/reasons.md says what each reason means."
    );

    public static readonly FindingKind NoNetworks = new(
        "NoNetworks",
        "No virtual network is linked: create a connection from a network's gateway to the circuit."
    );

    public static readonly FindingKind OneNetwork = new("Networks", "1 virtual network is linked.");

    public static readonly FindingKind Networks = new("Networks", "{count} virtual networks are linked.");
}
