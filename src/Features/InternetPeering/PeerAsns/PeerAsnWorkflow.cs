using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>A peer's ASN: <c>Pending</c> until the operator has approved or rejected it. Whom to ask may change at any time; the number may not.</summary>
public sealed class PeerAsnWorkflow : Workflow<PeerAsn>
{
    public override string Type => PeerAsn.ResourceType;

    protected override JsonTypeInfo<PeerAsn> Json => PeerAsnJson.Default.PeerAsn;

    public override IReadOnlyList<string> Told => ["asn", "peerName", "contacts[role].email", "contacts[role].phone"];

    public override Decision<PeerAsn> Decide(PeerAsn? current, Signal signal) =>
        (current, signal) switch
        {
            (_, PutPeerAsn { Asn: { IsReserved: true } reserved }) => Refuse(
                Refusal.Invalid(
                    "InvalidAsn",
                    $"AS{reserved} identifies no network (RFC 7607, 6793, 7300): give the ASN that your network is known by.",
                    "properties.peerAsn"
                )
            ),
            (null, PutPeerAsn put) => new Decision<PeerAsn>.Move(
                new PeerAsn
                {
                    Id = put.Id,
                    Asn = put.Asn,
                    PeerName = put.PeerName,
                    Contacts = put.Contacts,
                    State = new PeerAsnState.Pending(put.At),
                },
                $"AS{put.Asn} ({put.PeerName}) is to be reviewed"
            ),
            ({ } c, PutPeerAsn put) when c.Asn != put.Asn => Refuse(
                Refusal.Invalid(
                    "PropertyChangeNotAllowed",
                    $"'{c.Id.Name}' is AS{c.Asn} and cannot become AS{put.Asn}: make another peerAsns resource for it.",
                    "properties.peerAsn"
                )
            ),
            ({ } c, PutPeerAsn put) => new Decision<PeerAsn>.Move(
                c with
                {
                    PeerName = put.PeerName,
                    Contacts = put.Contacts,
                    State = c.State is PeerAsnState.Failed ? new PeerAsnState.Pending(put.At) : c.State,
                },
                c.State is PeerAsnState.Failed ? "to be reviewed again" : "name and contacts updated"
            ),

            ({ State: PeerAsnState.Approved }, ReviewPeerAsn { IsApproved: true }) => new Decision<PeerAsn>.Stay("it is approved"),
            ({ } c, ReviewPeerAsn { IsApproved: true } yes) => new Decision<PeerAsn>.Move(
                c with
                {
                    State = new PeerAsnState.Approved(yes.At, yes.Reason),
                },
                $"approved{(yes.Reason is null ? "" : $": {yes.Reason}")}"
            ),
            ({ Peerings.IsEmpty: false } c, ReviewPeerAsn) => Refuse(InUse(c, "deprovision them before it is rejected")),
            ({ State: PeerAsnState.Failed f }, ReviewPeerAsn no) when f.Reason == no.Reason => new Decision<PeerAsn>.Stay("it is rejected"),
            ({ } c, ReviewPeerAsn no) => new Decision<PeerAsn>.Move(
                c with
                {
                    State = new PeerAsnState.Failed(no.At, no.Reason ?? ""),
                },
                $"rejected: {no.Reason}"
            ),

            (null, UsePeerAsn { Uses: true }) => Refuse(References.Gone("The peer ASN")),
            ({ } c, UsePeerAsn { Uses: true } use) when c.Asn != use.Asn => new Decision<PeerAsn>.Again("it is another ASN by now"),
            ({ State: not PeerAsnState.Approved } c, UsePeerAsn { Uses: true }) => Refuse(NotApproved(c)),
            ({ } c, UsePeerAsn { Uses: true } use) => new Decision<PeerAsn>.Move(
                c with
                {
                    Peerings = [.. c.Peerings.Remove(use.Peering).Add(use.Peering).OrderBy(p => p.Key, StringComparer.Ordinal)],
                },
                $"peering {use.Peering.Name} stands on it"
            ),
            (null, UsePeerAsn) => new Decision<PeerAsn>.Stay("there is no such peer ASN"),
            ({ } c, UsePeerAsn use) => new Decision<PeerAsn>.Move(
                c with
                {
                    Peerings = c.Peerings.Remove(use.Peering),
                },
                $"peering {use.Peering.Name} stands on it no more"
            ),

            (null, DeletePeerAsn) => new Decision<PeerAsn>.Stay("there is no such peer ASN"),
            ({ Peerings.IsEmpty: false } c, DeletePeerAsn) => Refuse(InUse(c, "deprovision and delete them first")),
            ({ }, DeletePeerAsn) => new Decision<PeerAsn>.End("deleted by its owner"),

            (null, _) => Refuse(Refusal.NotFound("NotFound", "Resource does not exist.")),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    public override IEnumerable<string> LabelsOf(PeerAsn resource) =>
        resource.State is PeerAsnState.Pending ? [PeerAsn.AsnLabel(resource.Asn), PeerAsn.WaitsLabel] : [PeerAsn.AsnLabel(resource.Asn)];

    /// <summary>Why no peering can be asked for with it yet.</summary>
    private static Refusal NotApproved(PeerAsn asn) =>
        Refusal.Conflict(
            "PeerAsnNotApproved",
            asn.State is PeerAsnState.Failed f
                ? $"AS{asn.Asn} ('{asn.Id.Name}') was not approved: {f.Reason} PUT it again once that is mended, and ask for a peering when its validationState is Approved."
                : $"AS{asn.Asn} ('{asn.Id.Name}') waits for review since {asn.State.Since:u}: ask for a peering when its validationState is Approved.",
            "properties.exchange.peerAsn"
        );

    private static Refusal InUse(PeerAsn asn, string instead) =>
        Refusal.Conflict(
            "PeerAsnInUse",
            $"'{asn.Id.Name}' is used by {string.Join(", ", asn.Peerings.Take(5))}{(asn.Peerings.Length > 5 ? $" and {asn.Peerings.Length - 5} more" : "")}: {instead}."
        );

    private static Decision<PeerAsn>.Refuse Refuse(Refusal refusal) => new(refusal);
}
