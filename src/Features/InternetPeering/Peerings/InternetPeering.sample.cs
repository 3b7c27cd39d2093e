using Causeway.Api.InternetPeering;
using Causeway.Domain;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Microsoft.Extensions.Logging.Abstractions;
using static Causeway.Samples.InternetPeering.PeeringStates;

namespace Causeway.Samples.InternetPeering;

internal sealed class InternetPeeringSample : Sample<Peering>
{
    private static readonly PeeringWorkflow s_workflow = PeeringStates.Workflow();

    public override Workflow<Peering> Workflow => s_workflow;

    public override IReadOnlyList<(string Name, Peering? State)> States { get; } =
    [
        ("absent", null),
        ("PendingApproval", Requested),
        ("Approved", PeeringStates.Approved),
        ("Approved, reminded", After([.. ToStarted[..2], _ => new WokenUp(At.AddDays(3), $"ready {C1}")])),
        ("Rejected", After(_ => Put(), _ => Act(PeeringVerb.Reject, "no capacity"))),
        ("ProvisioningStarted", Started),
        ("ProvisioningStarted, one router has it", After(ToCompleted[..4])),
        ("ProvisioningStarted, one router cannot", After([.. ToStarted, p => Read(1, p!.Connections[0].Generation, "no such address")])),
        ("ProvisioningCompleted", Completed),
        ("Validating", InValidation),
        ("ProvisioningFailed", After([.. ToValidating, p => Looked(p!, Proven, (PeeringChecks.Rpki, CheckOutcome.Failed, "RpkiInvalid"))])),
        ("Active", PeeringStates.Active),
        ("Active, a family added", After([.. ToActive, _ => Put(Wanted(v6: "2001:db8:80::70"))])),
        ("Active, wants to leave", After([.. ToActive, _ => Act(PeeringVerb.RequestDeprovision)])),
        (
            "Active and back under DENY ALL",
            After([.. ToActive, p => Looked(p!, Proven, (PeeringChecks.NextHop, CheckOutcome.Failed, PeeringChecks.AsARule))])
        ),
        ("Active with a filter that was not taken", After([.. ToActive, p => Looked(p!, Proven with { IsTooLarge = true })])),
        ("Suspended", After([.. ToActive, _ => Act(PeeringVerb.Suspend)])),
        ("PendingRemove", After([.. ToActive, _ => Act(PeeringVerb.Deprovision)])),
        ("PendingApproval of a session from before", After(_ => Put(Wanted() with { IsLegacy = true }), p => Looked(p!, Proven))),
        ("Active, with registrations", After([.. ToActive, _ => RegisterPrefix("193.10.0.0/24"), _ => RegisterAsn(3333)])),
        ("PendingApproval, ready", After(_ => Put(Wanted() with { IsReady = true }))),
        ("Cable, PendingApproval", After(CableToActive[..1])),
        ("Cable, Active", After(CableToActive)),
        ("Cable, Active, wider asked for", After([.. CableToActive, _ => PutCable(20_000)])),
        ("Active, with an accepted prefix", After([.. ToActive, _ => Accept("203.0.113.0/24")])),
        ("Validating, nothing proven but accepted", After([.. ToCompleted, p => Looked(p!, null), _ => Accept("203.0.113.0/24")])),
        ("Active and PendingApproval", After([.. ToActive, _ => Put(Wanted(), Wanted("c2", 71))])),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put the same", Put()),
        ("Put tags", Put() with { Tags = Scopes.Tagged }),
        ("Put another limit", Put(Wanted(most: 200))),
        ("Put another address", Put(Wanted(host: 72))),
        ("Put a second connection", Put(Wanted(), Wanted("c2", 71))),
        ("Put a second connection alone", Put(Wanted("c2", 71))),
        ("Put an IPv6 session", Put(Wanted(v6: "2001:db8:80::70"))),
        ("Put a key", Put(Wanted() with { Key = new PeerKey.Set("sealed", "f1") })),
        ("Put no key", Put(Wanted() with { Key = new PeerKey.Remove() })),
        ("Put elsewhere", Put(Wanted() with { Site = "LINX" })),
        ("Put a cable", PutCable()),
        ("Put a wider cable", PutCable(20_000)),
        ("Put a cable with other addresses", PutCable(prefix: "127.81.0.2/31")),
        ("Put another sku", Put() with { Sku = "Premium_Exchange_Metered" }),
        ("Put another location", Put() with { PeeringLocation = "Stockholm" }),
        ("Put, approved by rule", Put(Wanted() with { ApprovedBy = "complete" })),
        ("Tag", new ReplaceTags(At, Scopes.Tagged)),
        ("Delete", new DeleteResource(At)),
        .. Enum.GetValues<PeeringVerb>().Select(v => ($"{v}", (Signal)Act(v))),
        ("Approve, from before", Act(PeeringVerb.Approve) with { FromBefore = [new SessionFromBefore("AMS-IX", "127.80.0.70", 2)] }),
        (
            "Approve, from before, over its limit",
            Act(PeeringVerb.Approve) with
            {
                FromBefore = [new SessionFromBefore("AMS-IX", "127.80.0.70", 5000)],
            }
        ),
        ("Approve, and open first", Act(PeeringVerb.Approve) with { OpensFirst = true }),
        ("Withdraw", new WithdrawConnections(At, [C1])),
        ("Withdraw an unknown one", new WithdrawConnections(At, ["c9"])),
        ("Put, approved by rule, and ready", Put(Wanted("c3", 73) with { ApprovedBy = "complete", IsReady = true })),
        ("Approve an unknown one", Act(PeeringVerb.Approve, "because", "c9")),
        ("Approve c2", Act(PeeringVerb.Approve, "because", "c2")),
        ("Read by x1, generation 1", Read(1, 1)),
        ("Read by x2, generation 1", Read(2, 1)),
        ("Read by x2, generation 1, problem", Read(2, 1, "no such address")),
        ("Read by x1, an older generation", Read(1, 0)),
        ("Looked: all passed", Looked(Completed, Proven)),
        ("Looked: all passed, validating", Looked(InValidation, Proven)),
        ("Looked: all passed, no filter", Looked(InValidation, null)),
        ("Looked: waits", Looked(InValidation, Proven, (PeeringChecks.Stable, CheckOutcome.Waiting, "NotLongEnough"))),
        ("Looked: failed", Looked(InValidation, Proven, (PeeringChecks.Rpki, CheckOutcome.Failed, "RpkiInvalid"))),
        (
            "Looked: failed, and waits",
            Looked(
                InValidation,
                Proven,
                (PeeringChecks.Rpki, CheckOutcome.Failed, "RpkiInvalid"),
                (PeeringChecks.Stable, CheckOutcome.Waiting, "NotLongEnough")
            )
        ),
        ("Looked: wrong ASN", Looked(InValidation, Proven, (PeeringChecks.PeerAsn, CheckOutcome.Failed, "BadPeerAs"))),
        ("Looked at Active: passed", Looked(PeeringStates.Active, Proven)),
        (
            "Looked at Active: a route refused",
            Looked(PeeringStates.Active, Proven, (PeeringChecks.Rpki, CheckOutcome.Failed, "RpkiInvalid"))
        ),
        (
            "Looked at Active: promise broken",
            Looked(PeeringStates.Active, Proven, (PeeringChecks.NextHop, CheckOutcome.Failed, PeeringChecks.AsARule))
        ),
        ("Looked at Active: nothing proven any more", Looked(PeeringStates.Active, Proven with { V4 = [], V6 = [] })),
        ("Looked at Active: filter too large", Looked(PeeringStates.Active, Proven with { IsTooLarge = true })),
        ("Time for a reminder", new WokenUp(At.AddDays(3), $"ready {C1}")),
        ("The peer's time is over", new WokenUp(At.AddDays(4), $"ready {C1}")),
        ("Validation's time is over", new WokenUp(At.AddDays(1), $"validate {C1}")),
        ("Register a prefix", RegisterPrefix("193.10.0.0/24")),
        ("Register another prefix of that name", RegisterPrefix("193.10.1.0/24")),
        ("Register the prefix by another name", RegisterPrefix("193.10.0.0/24") with { Of = "q" }),
        ("Validate the prefix", new ValidateRegisteredPrefix(At, "p")),
        ("Seen of the prefix: verified", Seen(1, PrefixState.Verified, null)),
        ("Seen of the prefix: failed", Seen(1, PrefixState.Failed, "not received")),
        ("Seen of the prefix: an older round", Seen(0, PrefixState.Verified, null)),
        ("Delete the prefix", new DeleteRegisteredPrefix(At, "p")),
        ("Register an ASN", RegisterAsn(3333)),
        ("Register another ASN of that name", RegisterAsn(3334)),
        ("Register a reserved ASN", RegisterAsn(23456)),
        ("Delete the ASN", new DeleteRegisteredAsn(At, "a")),
        ("Accept a prefix", Accept("203.0.113.0/24")),
        ("Accept another prefix", Accept("203.0.114.0/24")),
        ("Reject what was accepted", new RejectPeerPrefixes(At, s_ticket, "forged")),
        ("What was accepted is over", new WokenUp(At.AddDays(30), "accepted")),
        ("What was accepted is not over", new WokenUp(At.AddDays(29), "accepted")),
        ("Drained", new WokenUp(At.AddSeconds(10), $"drain {C1}")),
    ];

    private static readonly Guid s_key = new("11111111-2222-3333-4444-555555555555");

    private static readonly ResourceId s_ticket = ResourceId.Parse($"/subscriptions/{Mine}/providers/Microsoft.Support/supportTickets/t1");

    private static AcceptPeerPrefixes Accept(string prefix) => new(At, s_ticket, [IpPrefix.Parse(prefix)], At.AddDays(30), "letter");

    private static PutRegisteredPrefix RegisterPrefix(string prefix) => new(At, "p", Primitives.IpPrefix.Parse(prefix), s_key);

    private static PutRegisteredAsn RegisterAsn(uint asn) => new(At, "a", new Primitives.Asn(asn), s_key);

    private static RegisteredPrefixesSeen Seen(long round, PrefixState state, string? error) =>
        new(
            At,
            "AMS-IX",
            System.Collections.Immutable.ImmutableSortedDictionary<string, PrefixSeen>.Empty.Add("p", new PrefixSeen(round, state, error))
        );

    public override string Describe(Peering resource) =>
        $"{string.Concat(resource.RegisteredPrefixes.Select(p => $"registered {p.Prefix} round {p.Round} {p.StateIn(resource).State}; "))}{string.Concat(resource.RegisteredAsns.Select(a => $"registered AS{a.Asn}; "))}{string.Join(", ", resource.Connections.Select(Of))}; filter {resource.Filter?.Count4.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}{(resource.FilterProblem is null ? "" : " (not taken)")}{string.Concat(resource.Accepted.Select(a => $", accepted {a.Prefix}"))}; {string.Join(' ', resource.Messages.Select(m => m.Code))}{(resource.LeavesSince is null ? "" : "; leaves")}{(resource.Tags is null or { IsEmpty: true } ? "" : "; tagged")}";

    private static string Of(Connection c) =>
        $"{c.Identifier} {c.State.GetType().Name}{(c.State is ConnectionState.Approved { IsReminded: true } ? " (reminded)" : "")} g{c.Generation} {string.Join('+', c.Families.Select(f => $"{f.Peer.Address}/{f.Peer.MaxPrefixes}{(PeeringsOnRouters.IsOpen(c, f.Peer) ? " OPEN" : "")}"))}{(c.IsReady ? " ready" : "")}{(c.OpensFirst ? " opens first" : "")}{(c.KeyFingerprint is { Length: > 0 } k ? $" key {k}" : "")}{(c.Link is { } l ? $" cable {l.V4} {l.Bandwidth}, there {l.Provisioned}" : "")} [{string.Join(' ', c.Routers.Select(r => $"{r.Key}={r.Value.Generation}{(r.Value.Problem is null ? "" : "!")}"))}]{(c.Checks.Count(r => r.Outcome != CheckOutcome.Passed) is > 0 and var bad ? $" {bad} checks not passed" : "")}";

    public override IReadOnlyList<Story> Stories => [new("a peering from request to Active and away", () => Life)];

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string asn = await stage.MakeAsync<PeerAsnSample>();
        Api.Tests.Answer approved = await Api.Tests.Calls.Post(stage.As("operator"), $"{asn}/approve?api-version=2022-10-01");
        Assert.True(approved.Code == 200, approved.Text);
        return new SamplePut(stage.InGroup(Type), "2022-10-01", Body(100)) { Changed = Body(200) };

        string Body(int most) =>
            $$$$"""
                {"location":"westeurope","tags":{"a":"b"},"sku":{"name":"Basic_Exchange_Free"},"kind":"Exchange","properties":{
                "peeringLocation":"Amsterdam","exchange":{"peerAsn":{"id":"{{{{asn}}}}"},"connections":[{"peeringDBFacilityId":26,
                "connectionIdentifier":"764d85c6-803e-417e-866f-982faf76e54a","bgpSession":{
                "peerSessionIPv4Address":"127.80.0.{{{{10 + stage.Number % 240}}}}","maxPrefixesAdvertisedV4":{{{{most}}}}}}]}}}
                """;
    }

    private static WorkflowStory Life =>
        new()
        {
            Workflows = [s_telling, new PeerAsnWorkflow(), new HeldBackPeerWorkflow()],
            // Mail and webhooks were switched off meanwhile: what was to be told ends.
            Handlers = (engine, time) =>
                [
                    new MailHandler(engine, new PeerAsnWorkflow(), () => PeeringStates.Topology, NullLogger<MailHandler>.Instance),
                    new WebhookHandler(() => PeeringStates.Topology, time, NullLogger<WebhookHandler>.Instance),
                ],
            Requests =
            [
                (engine, _) => Scopes.SendAsync(engine, AsnId, PeerAsn.ResourceType, PutAsn),
                (engine, _) => Scopes.SendAsync(engine, AsnId, PeerAsn.ResourceType, new ReviewPeerAsn(At, IsApproved: true, null)),
                .. ToActive.Select<Func<Peering?, Signal>, Func<Engine, TimeProvider, Task>>(next =>
                    (engine, _) => NextAsync(engine, next)
                ),
                (engine, _) => NextAsync(engine, _ => Act(PeeringVerb.Deprovision)),
                (engine, _) => NextAsync(engine, _ => new WokenUp(At.AddHours(1), $"drain {C1}")),
            ],
            End = async store =>
                $"{(await store.GetAsync(Id, default))?.State ?? "gone"}, used by {new PeerAsnWorkflow().Read((await store.GetAsync(AsnId, default))!).Resource.Peerings.Length}",
        };

    /// <summary>With whom mail and a webhook are to be told what happens.</summary>
    private static readonly PeeringWorkflow s_telling = new(
        () =>
            PeeringStates.Topology with
            {
                Mail = new MailDelivery("mail.example.net", 587, MailTls.StartTls, "noc@example.net", "en", "noc@example.net", null, null),
                Webhooks = [new Webhook("ours", new Uri("https://hooks.example.net/"), new SecretSource("env:HOOK"))],
            },
        new PeeringPolicy()
    );

    private static readonly PutPeerAsn PutAsn = new(At, AsnId, Number, "Contoso", []);

    private static async Task NextAsync(Engine engine, Func<Peering?, Signal> next)
    {
        Peering? now = (await engine.ReadAsync(s_telling, Id, default))?.Resource;
        await Scopes.SendAsync(engine, Id, Peering.ResourceType, next(now));
    }
}
