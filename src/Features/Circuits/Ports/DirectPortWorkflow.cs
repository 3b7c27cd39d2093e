using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Circuits;

/// <summary>A port pair: <c>Free</c>, or <c>InUse</c> by circuits, which keep it from being deleted (see <see cref="DirectPort"/>).</summary>
public sealed class DirectPortWorkflow : TrackedWorkflow<DirectPort>
{
    public override string Type => DirectPort.ResourceType;

    protected override string Called => "port";

    protected override JsonTypeInfo<DirectPort> Json => DirectPortJson.Default.DirectPort;

    public override IReadOnlyList<string> Told =>
        [
            "tags",
            "peeringLocation",
            "bandwidthGbps",
            "encapsulation",
            "billing",
            "edge",
            "primary.enabled",
            "primary.cipher",
            "primary.sciState",
            "primary.ckn!",
            "primary.cak!",
            "secondary.enabled",
            "secondary.cipher",
            "secondary.sciState",
            "secondary.ckn!",
            "secondary.cak!",
            "identities",
            "authorizations[name].name",
            "authorizations[name].circuit",
            "circuits[id].mbps",
        ];

    protected override Decision<DirectPort> DecideOn(DirectPort? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutDirectPort put) => Billed(Move(Changed(New(put), put), $"{put.BandwidthGbps} Gbps at {put.PeeringLocation}")),
            ({ } port, PutDirectPort put) when Fixed(port, put) is { } no => Refuse(no),
            ({ } port, PutDirectPort { Billing: { } billing } put) when billing != port.Billing => Billed(
                Move(Changed(port, put), $"billed as {billing}")
            ),
            ({ } port, PutDirectPort put) => Move(Changed(port, put), "changed"),

            (_, UsePort use) when Stranger(current, use) is { } no => Refuse(no),
            (null, UsePort) => Refuse(References.Gone("The port")),
            ({ } port, UsePort use) => Use(port, use),
            (null, ReleasePort) => Stay("there is no such port"),
            ({ } port, ReleasePort release) => Move(
                port with
                {
                    Circuits = port.Circuits.RemoveAll(c => c.Id == release.Circuit),
                    Authorizations = [.. port.Authorizations.Select(a => a.Circuit == release.Circuit ? a with { Circuit = null } : a)],
                },
                $"{release.Circuit.Name} left it"
            ),

            (null, PutPortAuthorization or DeletePortAuthorization) => Refuse(Refusal.NotFound("NotFound", "The port does not exist.")),
            ({ } port, PutPortAuthorization put) when Find(port, put.AuthorizationName) is not null => Stay("it is there already"),
            ({ } port, PutPortAuthorization put) => Move(
                port with
                {
                    Authorizations = port.Authorizations.Add(new(put.AuthorizationName, put.NewKey)),
                },
                $"authorization {put.AuthorizationName} made"
            ),
            ({ } port, DeletePortAuthorization delete) when Find(port, delete.AuthorizationName) is { Circuit: { } user } => Refuse(
                Refusal.Conflict(
                    "InUseExpressRoutePortAuthorizationCannotBeDeleted",
                    $"The authorization {delete.AuthorizationName} is in use by circuit {user}: delete that circuit first."
                )
            ),
            ({ } port, DeletePortAuthorization delete) => Move(
                port with
                {
                    Authorizations = port.Authorizations.RemoveAll(a => Same(a.Name, delete.AuthorizationName)),
                },
                $"authorization {delete.AuthorizationName} deleted"
            ),

            ({ Circuits.IsEmpty: false } port, DeleteResource) => Refuse(
                Refusal.Conflict(
                    "InUseExpressRoutePortCannotBeDeleted",
                    $"The port {port.Id.Name} carries {string.Join(", ", port.Circuits.Select(c => $"circuit {c.Id}"))}: delete {(port.Circuits.Length == 1 ? "it" : "them")} first."
                )
            ),
            ({ }, DeleteResource) => End("deleted"),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    /// <summary>A link that was switched is known to the circuits on it.</summary>
    protected override IEnumerable<Addressed> ConsequencesOf(DirectPort? before, DirectPort? after, DateTimeOffset at) =>
        before is null
        || after is null
        || (before.Primary.Enabled, before.Secondary.Enabled) == (after.Primary.Enabled, after.Secondary.Enabled)
            ? []
            : after.Circuits.Select(c => new Addressed(
                c.Id,
                Circuit.ResourceType,
                new SwitchPortLinks(at, after.Primary.Enabled, after.Secondary.Enabled)
            ));

    /// <summary>The one answer for who has no good key, which does not depend on whether there is such a port.</summary>
    public static Refusal? Stranger(DirectPort? port, UsePort use)
    {
        if (use.Circuit.Subscription == use.PortId.Subscription || port?.Circuits.Any(c => c.Id == use.Circuit) == true)
            return null;
        if (string.IsNullOrWhiteSpace(use.Key))
            return Refusal.Invalid(
                "AuthorizationKeyRequired",
                "The port belongs to another subscription: ask its owner for an authorization key, and send it as authorizationKey.",
                "properties.authorizationKey"
            );
        return port?.Authorizations.Any(a => a.Key.Matches(use.Key)) == true
            ? null
            : Refusal.Invalid(
                "InvalidAuthorizationKey",
                "The authorization key is not one of the port's: check the port's id and the key with its owner, who may have revoked it.",
                "properties.authorizationKey"
            );
    }

    private static Decision<DirectPort> Use(DirectPort port, UsePort use)
    {
        if (use.Links is { } links && links != (port.Primary.Enabled, port.Secondary.Enabled))
            return new Decision<DirectPort>.Again("its links were switched meanwhile");
        PortCircuit? before = port.Circuits.FirstOrDefault(c => c.Id == use.Circuit);
        ImmutableArray<int> sizes = DirectPort.SizesOn(port.BandwidthGbps);
        if (use.Mbps % 1000 != 0 || !sizes.Contains(use.Mbps / 1000))
            return Refuse(
                Refusal.Invalid(
                    "InvalidParameter",
                    $"A circuit on a port of {port.BandwidthGbps} Gbps has {string.Join(", ", sizes)} Gbps, not {use.Mbps / 1000m}.",
                    "properties.bandwidthInGbps"
                )
            );
        int most = port.BandwidthGbps * 2000,
            taken = port.ProvisionedMbps - (before?.Mbps ?? 0);
        if (taken + use.Mbps > most)
            return Refuse(
                Refusal.Conflict(
                    "OperationNotAllowed",
                    $"The port of {port.BandwidthGbps} Gbps carries circuits of twice that in all, and {(most - taken) / 1000} Gbps are left: {use.Mbps / 1000} were asked for.",
                    "properties.bandwidthInGbps"
                )
            );
        PortAuthorization? key = string.IsNullOrWhiteSpace(use.Key)
            ? null
            : port.Authorizations.FirstOrDefault(a => a.Key.Matches(use.Key));
        if (key is { Circuit: { } user } && user != use.Circuit)
            return Refuse(
                Refusal.Conflict(
                    "AuthorizationKeyInUse",
                    "The authorization key is in use by another circuit: one key serves one circuit.",
                    "properties.authorizationKey"
                )
            );
        if (key is null && !string.IsNullOrWhiteSpace(use.Key))
            return Refuse(
                Refusal.Invalid("InvalidAuthorizationKey", "The authorization key is not one of the port's.", "properties.authorizationKey")
            );
        var after = new PortCircuit(use.Circuit, use.Mbps);
        return Move(
            port with
            {
                Circuits = before is null ? port.Circuits.Add(after) : port.Circuits.Replace(before, after),
                Authorizations = key is null ? port.Authorizations : port.Authorizations.Replace(key, key with { Circuit = use.Circuit }),
            },
            $"{use.Circuit.Name} takes {use.Mbps / 1000} Gbps"
        );
    }

    private static Refusal? Fixed(DirectPort port, PutDirectPort put)
    {
        (string Member, string Has, string Asked)? wrong =
            !Same(port.PeeringLocation, put.PeeringLocation) ? ("properties.peeringLocation", port.PeeringLocation, put.PeeringLocation)
            : port.BandwidthGbps != put.BandwidthGbps ? ("properties.bandwidthInGbps", $"{port.BandwidthGbps}", $"{put.BandwidthGbps}")
            : port.Encapsulation != put.Encapsulation ? ("properties.encapsulation", $"{port.Encapsulation}", $"{put.Encapsulation}")
            : null;
        return wrong is not { } w
            ? null
            : Refusal.Conflict(
                "PropertyChangeNotAllowed",
                $"'{w.Member}' is '{w.Has}' since the port was made, and cannot become '{w.Asked}': order another port.",
                w.Member
            );
    }

    /// <summary>What changes the bill tells the meters.</summary>
    private static Decision<DirectPort>.Move Billed(Decision<DirectPort>.Move move) =>
        move with
        {
            Facts = DirectPortFacts.Of(move.Next).ToJson(),
        };

    private static DirectPort New(PutDirectPort put) =>
        new()
        {
            Id = put.Id,
            Location = put.Location,
            ResourceGuid = put.ResourceGuid,
            PeeringLocation = put.PeeringLocation,
            BandwidthGbps = put.BandwidthGbps,
            Encapsulation = put.Encapsulation,
            Edge = put.Edge,
            Allocated = put.At,
        };

    private static DirectPort Changed(DirectPort port, PutDirectPort put) =>
        port with
        {
            Tags = put.Tags,
            Billing = put.Billing ?? port.Billing,
            Primary = put.Primary ?? port.Primary,
            Secondary = put.Secondary ?? port.Secondary,
            Identities = put.Identities ?? port.Identities,
        };

    private static PortAuthorization? Find(DirectPort port, string name) => port.Authorizations.FirstOrDefault(a => Same(a.Name, name));

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
