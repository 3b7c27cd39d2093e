using Causeway.Domain.Findings;

namespace Causeway.Domain.InternetPeering;

/// <summary>Explains a peer's ASN: whether peerings may be asked for with it, and who acts next.</summary>
public static class PeerAsnFindings
{
    public static readonly FindingKind Waits = new(
        "PeerAsnWaits",
        "AS{asn} waits for the operator's review; until then no peering can be asked for with it."
    );

    public static readonly FindingKind Approved = new("PeerAsnApproved", "AS{asn} is approved: peerings may be asked for with it.");

    public static readonly FindingKind HeldBack = new(
        "PeerAsnHeldBack",
        "AS{asn} is approved, but the operator suspended or rejected a peering of it: each request is reviewed by hand until one is approved."
    );

    public static readonly FindingKind Rejected = new(
        "PeerAsnRejected",
        "AS{asn} was not approved: {reason}. Mend that, and put it again to ask once more."
    );

    /// <param name="isHeldBack">The operator sent a peering of it away, and has approved none since.</param>
    public static Finding Of(PeerAsn asn, bool isHeldBack) =>
        asn.State switch
        {
            PeerAsnState.Pending s => Waits.Found(FindingLevel.Blocking, "operator", s.Since, ("asn", asn.Asn.ToString())),
            PeerAsnState.Failed s => Rejected.Found(
                FindingLevel.Blocking,
                "peer",
                s.Since,
                ("asn", asn.Asn.ToString()),
                ("reason", s.Reason)
            ),
            _ when isHeldBack => HeldBack.Found(FindingLevel.Info, null, asn.State.Since, ("asn", asn.Asn.ToString())),
            _ => Approved.Found(FindingLevel.Ok, null, asn.State.Since, ("asn", asn.Asn.ToString())),
        };
}
