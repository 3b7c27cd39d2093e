using System.Collections.Immutable;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Samples.InternetPeering;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using FsCheck;
using FsCheck.Fluent;
using static Causeway.Samples.InternetPeering.PeeringStates;

namespace Causeway.Domain.Tests.InternetPeering;

/// <summary>
/// The theorem of Internet peering: whatever is said, seen and missed in whatever order, a router is told to let through only what stands proven in the row of an
/// Active connection. Routers crash, are away and come back with an older row compiled; what they say of it comes late, twice or never.
/// </summary>
public sealed class PeeringTheoremTests
{
    [Fact]
    public void No_order_of_events_opens_a_session_that_is_not_proven() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ListOf(80).ToArbitrary(),
                steps =>
                {
                    foreach (bool byCable in (bool[])[false, true])
                    {
                        var world = new World(byCable);
                        foreach (int step in steps)
                            world.Step(step);
                    }
                    return true;
                }
            )
        );

    /// <summary>A property that never sees anything open proves nothing.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_steps_of_the_property_reach_active_and_leave_it(bool byCable)
    {
        int active = 0,
            left = 0,
            refused = 0;
        foreach (int seed in Enumerable.Range(0, 200))
        {
            var random = new Random(seed);
            var world = new World(byCable);
            for (int i = 0; i < 80; i++)
                world.Step(random.Next());
            active += world.Opened;
            left += world.Closed;
            refused += world.Refused;
        }
        Assert.True(active > 50 && left > 50 && refused > 50, $"{active} opened, {left} closed, {refused} refused");
    }

    [Fact]
    public void A_packed_filter_is_what_it_was_and_twenty_thousand_prefixes_stay_small()
    {
        var random = new Random(7);
        PrefixMatch[] matches =
        [
            .. Enumerable
                .Range(0, 20_000)
                .Select(_ => IpPrefix.V4((uint)random.NextInt64(uint.MaxValue), random.Next(16, 25)))
                .Distinct()
                .Select(p => new PrefixMatch(p, p.Length, (byte)random.Next(p.Length, 25))
                {
                    Origins =
                    [
                        .. Enumerable
                            .Range(0, random.Next(10) == 0 ? random.Next(5) : 1)
                            .Select(_ => new Asn((uint)(100 * random.Next(1, 2000))))
                            .Distinct()
                            .Order(),
                    ],
                })
                .OrderBy(m => m.Prefix),
        ];
        string packed = FilterText.Pack(matches);
        Assert.Equal(matches, FilterText.Unpack(IpFamily.V4, packed));
        Assert.True(packed.Length < 200_000, $"{packed.Length} characters for {matches.Length} prefixes");
        PrefixMatch[] six =
        [
            new(IpPrefix.Parse("2001:db8::/32"), 32, 48) { Origins = [new Asn(1)] },
            new(IpPrefix.Parse("2001:db8:1::/48"), 48, 48) { Origins = [new Asn(uint.MaxValue - 1)] },
        ];
        Assert.Equal(six, FilterText.Unpack(IpFamily.V6, FilterText.Pack(six)));
        Assert.Equal("", FilterText.Pack([]));
    }

    private sealed class World
    {
        private readonly PeeringWorkflow _workflow = Workflow();
        private readonly PeeringsOnRouters _onRouters;
        private readonly RouterIntentOf[] _routers = [new(1), new(2)];
        private readonly HashSet<string> _claims = [];

        /// <summary>What people accepted and did not take back, with its end.</summary>
        private readonly Dictionary<IpPrefix, DateTimeOffset> _accepted = [];
        private StoredResource? _row;
        private DateTimeOffset _now = At;

        private readonly bool _byCable;

        /// <param name="byCable">The peer is met at a cable; else at an exchange.</param>
        public World(bool byCable)
        {
            _byCable = byCable;
            _onRouters = new PeeringsOnRouters(_workflow, new PeeringPolicy());
        }

        private static readonly ResourceId s_ticket = ResourceId.Parse(
            $"/subscriptions/{Mine}/providers/Microsoft.Support/supportTickets/t1"
        );

        public int Opened { get; private set; }
        public int Closed { get; private set; }
        public int Refused { get; private set; }

        private Peering? Now => _row is null ? null : _workflow.Read(_row).Resource;

        public void Step(int dice)
        {
            _now += TimeSpan.FromMinutes(dice % 7);
            int choice = dice / 7 % 36;
            var random = new Random(dice);
            switch (choice)
            {
                case 0:
                    Send((_byCable ? PutCable() : Put()) with { At = _now });
                    break;
                case 1 when _byCable:
                    Send(PutCable(20_000) with { At = _now });
                    break;
                case 2 when _byCable:
                    Send(PutCable(prefix: $"127.81.0.{2 * random.Next(3)}/31") with { At = _now });
                    break;
                case 1:
                    Send(Put(Wanted(), Wanted("c2", 71, v6: "2001:db8:80::71")) with { At = _now });
                    break;
                case 2:
                    Send(Put(Wanted(host: 70 + random.Next(3), v6: random.Next(2) == 0 ? null : "2001:db8:80::70")) with { At = _now });
                    break;
                case < 9:
                    Send(Act((PeeringVerb)random.Next(10)) with { At = _now });
                    break;
                case 9:
                    Send(new DeleteResource(_now));
                    break;
                case 10 when Now is not null:
                {
                    WakeUp[] due = [.. _workflow.WakeUpsOf(Now!)];
                    if (due.Length > 0 && due[random.Next(due.Length)] is var woken)
                    {
                        _now = woken.Due > _now ? woken.Due : _now;
                        Send(new WokenUp(_now, woken.Name));
                    }
                    break;
                }
                case < 14:
                    // A router is given what stands now; it may be away for long before the next time.
                    Compile(_routers[random.Next(2)]);
                    break;
                case 14:
                    _routers[random.Next(2)].Crash();
                    break;
                case < 18:
                    Tell(_routers[random.Next(2)]);
                    break;
                case < 24:
                    if (Now is { } peering)
                        Look(peering, random);
                    break;
                case 24 when Now is not null:
                {
                    var prefix = IpPrefix.V4(0xCB007200 + ((uint)random.Next(3) << 8), 24);
                    DateTimeOffset until = _now + TimeSpan.FromMinutes(random.Next(1, 30));
                    _accepted[prefix] = until;
                    Send(new AcceptPeerPrefixes(_now, s_ticket, [prefix], until, "letter"));
                    break;
                }
                case 25 when Now is not null && random.Next(3) == 0:
                    _accepted.Clear();
                    Send(new RejectPeerPrefixes(_now, s_ticket, "forged"));
                    break;
                default:
                    Forward();
                    break;
            }
            // What is due on a date ends on it, whatever else happens.
            while (Now is { } now && _workflow.WakeUpsOf(now).FirstOrDefault(w => w.Name == "accepted" && w.Due <= _now) is { } due)
                Send(new WokenUp(_now, due.Name));
            foreach (IpPrefix over in _accepted.Where(a => Now is null || a.Value <= _now).Select(a => a.Key).ToList())
                _accepted.Remove(over);
            Hold();
        }

        /// <summary>What everybody does who wants it to become Active.</summary>
        private void Forward()
        {
            switch (Now?.Connections[0].State)
            {
                case null:
                    Send((_byCable ? PutCable() : Put()) with { At = _now });
                    break;
                case ConnectionState.PendingApproval:
                    Send(Act(PeeringVerb.Approve) with { At = _now });
                    break;
                case ConnectionState.Approved:
                    Send(Act(PeeringVerb.NotifyReady) with { At = _now });
                    break;
                case ConnectionState.ProvisioningFailed:
                    Send(Act(PeeringVerb.Retry) with { At = _now });
                    break;
                case ConnectionState.Suspended:
                    Send(Act(PeeringVerb.Resume) with { At = _now });
                    break;
                case ConnectionState.ProvisioningStarted:
                    foreach (RouterIntentOf router in _routers)
                    {
                        Compile(router);
                        Tell(router);
                    }
                    break;
                default:
                    Send(Looked(Now!, Proven) with { At = _now });
                    break;
            }
        }

        /// <summary>What routers have is compiled from the row as it stood then, and says so: sometimes late.</summary>
        private void Compile(RouterIntentOf router)
        {
            Compiled compiled = _row is null
                ? Compiled.Nothing
                : _onRouters.Compile(router.Member, _row, new CompileContext(PeeringStates.Topology, _ => new Md5Key("k", "f"), _now));
            router.Now = RouterIntent.Of(router.Name, PeeringStates.Topology.Asn, compiled.Instances);
        }

        private void Tell(RouterIntentOf router)
        {
            if (_row is null)
                return;
            foreach (
                Signal signal in _onRouters.Signals(
                    new SideOutcome(router.Member, _now, router.Report(_now), new Dictionary<string, string>(), null),
                    _row
                )
            )
                Send(signal);
        }

        private void Look(Peering peering, Random random)
        {
            PeerFilter? filter = random.Next(4) switch
            {
                0 => null,
                1 => Proven with { V4 = [.. Proven.V4, new PrefixMatch(IpPrefix.Parse("203.0.113.0/24"), 24, 24) { Origins = [Number] }] },
                2 when random.Next(3) == 0 => Proven with { IsTooLarge = true },
                _ => Proven,
            };
            (PeeringCheck, CheckOutcome, string)[] but =
                random.Next(3) > 0
                    ? []
                    :
                    [
                        (
                            PeeringChecks.All[random.Next(PeeringChecks.All.Length)],
                            random.Next(2) == 0 ? CheckOutcome.Failed : CheckOutcome.Waiting,
                            random.Next(2) == 0 ? PeeringChecks.AsARule : "Other"
                        ),
                    ];
            PeeringChecked looked = Looked(peering, filter, but) with { At = _now };
            // Some are of an older look.
            if (random.Next(4) == 0)
                looked = looked with { Connections = [.. looked.Connections.Select(c => c with { Generation = c.Generation - 1 })] };
            Send(looked);
        }

        private void Send(Signal signal)
        {
            Peering? before = Now;
            WorkflowStep step = ((IWorkflow)_workflow).Step(Id, _row is null ? null : _workflow.Read(_row), signal, "me", null);
            if (step.Refusal is not null)
            {
                Refused++;
                return;
            }
            foreach (ResourceWrite write in step.Changes.Writes)
                _row = write is ResourceWrite.Put put ? put.Resource : null;
            foreach (ClaimChange claim in step.Changes.Claims)
                Assert.True(claim is ClaimChange.Take ? _claims.Add(claim.Key) : _claims.Remove(claim.Key), claim.ToString());
            if (_row is null)
                _claims.Clear();
            Judge(before, Now, signal);
        }

        /// <summary>Open comes only from a look at which every check of the family passed, at what stands now.</summary>
        private void Judge(Peering? before, Peering? after, Signal signal)
        {
            foreach (Connection connection in after?.Connections ?? [])
            foreach ((IpFamily family, PeerFamily peer) in connection.Families)
            {
                bool opens = PeeringsOnRouters.IsOpen(connection, peer);
                bool was = before?.Find(connection.Identifier) is { } c && c.FamilyOf(family) is { } p && PeeringsOnRouters.IsOpen(c, p);
                if (was && !opens)
                    Closed++;
                if (!opens || was)
                    continue;
                Opened++;
                var looked = Assert.IsType<PeeringChecked>(signal);
                ConnectionChecked seen = looked.Connections.Single(s => s.Identifier == connection.Identifier);
                Assert.Equal(before!.Find(connection.Identifier)!.Generation, seen.Generation);
                Assert.All(seen.Results.Where(r => r.Family == family), r => Assert.Equal(CheckOutcome.Passed, r.Outcome));
                Assert.True(after!.Filter is not null || !after.Accepted.IsEmpty);
            }
        }

        /// <summary>What would be compiled now, of either router, lets through only what stands proven in the row of an open connection.</summary>
        private void Hold()
        {
            if (_row is null)
                return;
            Peering peering = Now!;
            foreach (RouterIntentOf router in _routers)
            foreach (
                InstanceIntent instance in _onRouters
                    .Compile(router.Member, _row, new CompileContext(PeeringStates.Topology, _ => new Md5Key("k", "f"), _now))
                    .Instances
            )
            foreach (SessionIntent session in instance.Sessions)
            {
                Connection connection = peering.Connections.Single(c =>
                    c.Families.Any(f => Connection.SessionOf(peering.PeerAsn, f.Peer) == session.Name) && c.State.HasSession
                );
                PeerFamily peer = connection.FamilyOf(session.Family)!;
                Assert.NotEqual(SessionMode.Down, session.Mode);
                if (session.Mode == SessionMode.Open)
                {
                    Assert.True(
                        connection.State is ConnectionState.Active or ConnectionState.PendingRemove { WasActive: true },
                        $"open in {connection.State}"
                    );
                    Assert.True(peer.IsProven, "open without proof");
                }
                // What people accepted is proven as it is, from the peer itself, and no longer than they said.
                IEnumerable<PrefixMatch> proven = (peering.Filter?.Of(session.Family) ?? []).Concat(
                    _accepted
                        .Where(a => a.Value > _now && a.Key.Family == session.Family)
                        .Select(a => PrefixMatch.Exact(a.Key) with { Origins = [Number] })
                );
                Assert.All(session.Import.Accept, accept => Assert.Contains(accept, proven));
                Assert.All(session.Import.Accept, accept => Assert.False(accept.Origins.IsEmpty));
                Assert.Contains(session.Import.Space, new[] { AddressSpace.Public, AddressSpace.Laboratory });
                Assert.False(session.Import.DefaultRoute);
                Assert.True(session.Import is { RefuseRpkiInvalid: true, RefuseAspaInvalid: true });
            }
        }
    }

    private sealed class RouterIntentOf(int n)
    {
        public string Name => $"ams-x{n}";

        public GroupMember Member => new(PeeringStates.Exchange.Group, n - 1);

        public RouterIntent? Now { get; set; }

        public void Crash() => Now = null;

        public RouterReport Report(DateTimeOffset at) =>
            new(
                Name,
                Now?.Fingerprint ?? "",
                at,
                [
                    .. (Now?.Instances ?? []).Select(i => new InstanceReport(
                        i.Name,
                        i.Fingerprint,
                        null,
                        [
                            .. i.Sessions.Select(s => new SessionReport(
                                s.Name,
                                s.Ours.ToString(),
                                s.Theirs.ToString(),
                                s.PeerAsn,
                                s.Mode,
                                "Established",
                                at
                            )),
                        ]
                    )),
                ]
            );
    }
}
