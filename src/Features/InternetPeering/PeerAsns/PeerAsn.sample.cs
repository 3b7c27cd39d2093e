using Causeway.Domain.InternetPeering;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using static Causeway.Samples.InternetPeering.PeeringStates;

namespace Causeway.Samples.InternetPeering;

internal sealed class PeerAsnSample : Sample<PeerAsn>
{
    private static readonly PeerContact s_noc = new(ContactRole.Noc, "noc@contoso.example", "+46 8 555");

    public static readonly PeerAsn Pending = new()
    {
        Id = AsnId,
        Asn = Number,
        PeerName = "Contoso",
        Contacts = [s_noc],
        State = new PeerAsnState.Pending(At),
    };

    public static readonly PeerAsn Approved = Pending with { State = new PeerAsnState.Approved(At, "known") };

    public override Workflow<PeerAsn> Workflow { get; } = new PeerAsnWorkflow();

    public override IReadOnlyList<(string Name, PeerAsn? State)> States { get; } =
    [
        ("absent", null),
        ("Pending", Pending),
        ("Approved", Approved),
        ("Approved, used", Approved with { Peerings = [Id] }),
        ("Failed", Pending with { State = new PeerAsnState.Failed(At, "not yours") }),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put the same", Put()),
        ("Put other contacts", Put() with { Contacts = [] }),
        ("Put another ASN", Put() with { Asn = new Asn(64501) }),
        ("Put AS_TRANS", Put() with { Asn = Asn.Trans }),
        ("Approve", new ReviewPeerAsn(At, IsApproved: true, "known")),
        ("Reject", new ReviewPeerAsn(At, IsApproved: false, "not yours")),
        ("Use", new UsePeerAsn(At, Id, Number, Uses: true)),
        ("Use as another ASN", new UsePeerAsn(At, Id, new Asn(64501), Uses: true)),
        ("Use no more", new UsePeerAsn(At, Id, Number, Uses: false)),
        ("Delete", new DeletePeerAsn(At)),
    ];

    public override string Describe(PeerAsn resource) =>
        $"{resource.State switch { PeerAsnState.Approved a => $"Approved ({a.Reason})", PeerAsnState.Failed f => $"Failed ({f.Reason})", var s => s.GetType().Name }} AS{resource.Asn} {resource.PeerName} {resource.Contacts.Length} contacts, used by {resource.Peerings.Length}";

    public override IReadOnlyList<Story> Stories => [new("a peer's ASN from its registration to its end", () => Life)];

    public override ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        return new(
            new SamplePut($"{stage.Subscription}/providers/{Type}/sample{stage.Number}", "2022-10-01", Body("noc@contoso.example"))
            {
                Changed = Body("peering@contoso.example"),
            }
        );

        string Body(string email) =>
            $$$$"""
                {"properties":{"peerAsn":{{{{64900
                    + stage.Number}}}},"peerName":"Contoso","peerContactDetail":[{"role":"Noc","email":"{{{{email}}}}","phone":"+46 8 555"}]}}
                """;
    }

    private static PutPeerAsn Put() => new(At, AsnId, Number, "Contoso", [s_noc]);

    private WorkflowStory Life =>
        new()
        {
            Workflows = [Workflow],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => Scopes.SendAsync(engine, AsnId, Type, Put()),
                (engine, _) => Scopes.SendAsync(engine, AsnId, Type, new ReviewPeerAsn(At, IsApproved: false, "not yours")),
                (engine, _) => Scopes.SendAsync(engine, AsnId, Type, Put()),
                (engine, _) => Scopes.SendAsync(engine, AsnId, Type, new ReviewPeerAsn(At, IsApproved: true, "it is")),
                (engine, _) => Scopes.SendAsync(engine, AsnId, Type, new DeletePeerAsn(At)),
            ],
            End = async store => $"{(await store.GetAsync(AsnId, default))?.State ?? "gone"}",
        };
}
