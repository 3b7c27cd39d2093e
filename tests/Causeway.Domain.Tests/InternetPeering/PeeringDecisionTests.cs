using System.Net;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Samples.InternetPeering;
using Causeway.Workflows;
using static Causeway.Samples.InternetPeering.PeeringStates;

namespace Causeway.Domain.Tests.InternetPeering;

/// <summary>Decisions that people were promised, one by one; the whole is in the golden table.</summary>
public sealed class PeeringDecisionTests
{
    public static TheoryData<string> UnderWay => ["ProvisioningStarted", "ProvisioningCompleted", "Validating"];

    [Theory]
    [MemberData(nameof(UnderWay))]
    public void Deleting_what_is_being_provisioned_changes_nothing(string state)
    {
        Peering peering = state switch
        {
            "ProvisioningStarted" => Started,
            "ProvisioningCompleted" => Completed,
            _ => InValidation,
        };
        Assert.Equal(state, peering.Connections[0].State.WireName);
        var refuse = Assert.IsType<Decision<Peering>.Refuse>(Workflow().Decide(peering, new DeleteResource(At)));
        Assert.Equal("PeeringInProvisioning", refuse.Refusal.Code);
    }

    [Fact]
    public void One_address_is_in_one_connection_only_within_a_peering_too()
    {
        Peering leaving = After([.. ToActive, _ => Act(PeeringVerb.Deprovision)]);
        var refuse = Assert.IsType<Decision<Peering>.Refuse>(Workflow().Decide(leaving, Put(Wanted("c2", 70))));
        Assert.Equal("PeerAddressInUse", refuse.Refusal.Code);
    }

    [Fact]
    public void A_second_family_is_looked_at_before_it_opens_and_the_first_stays_open()
    {
        Peering two = After([.. ToActive, _ => Put(Wanted(v6: "2001:db8:80::70"))]);
        Connection connection = two.Connections[0];
        Assert.IsType<ConnectionState.Active>(connection.State);
        Assert.True(PeeringsOnRouters.IsOpen(connection, connection.V4!));
        Assert.False(PeeringsOnRouters.IsOpen(connection, connection.V6!));
        var move = Assert.IsType<Decision<Peering>.Move>(Workflow().Decide(two, Looked(two, Proven)));
        Assert.True(PeeringsOnRouters.IsOpen(move.Next.Connections[0], move.Next.Connections[0].V6!));
    }

    /// <summary>Clients send back <c>""</c> where they read no key.</summary>
    [Fact]
    public void An_empty_key_where_there_is_none_changes_no_connection()
    {
        Peering active = After(ToActive);
        Assert.Null(active.Connections[0].ProtectedKey);
        Assert.IsType<Decision<Peering>.Stay>(Workflow().Decide(active, Put(Wanted() with { Key = new PeerKey.Remove() })));
        var move = Assert.IsType<Decision<Peering>.Move>(
            Workflow().Decide(active, Put(Wanted() with { Key = new PeerKey.Set("sealed", "f1") }))
        );
        Assert.True(move.Next.Connections[0].Generation > active.Connections[0].Generation);
    }

    [Fact]
    public void A_session_from_before_is_converted_only_while_it_runs_and_the_topology_has_it()
    {
        Peering asked = After(_ => Put(Wanted() with { IsLegacy = true }), p => Looked(p!, Proven));
        Assert.IsType<ConnectionState.Active>(Next(Workflow(), asked, s_running).State);
        // One that never came up, or was converted once and is gone, proves nothing.
        Connection validated = Next(Workflow(), asked, s_running with { FromBefore = [] });
        Assert.IsType<ConnectionState.Approved>(validated.State);
        Assert.False(validated.IsLegacy);
        Assert.IsType<ConnectionState.Approved>(
            Next(Workflow(), asked, s_running with { FromBefore = [new SessionFromBefore("AMS-IX", "127.80.0.71", 2)] }).State
        );
        var without = new PeeringWorkflow(
            () => PeeringStates.Topology with { Exchanges = [.. PeeringStates.Topology.Exchanges.Select(x => x with { Legacy = [] })] },
            new PeeringPolicy()
        );
        Connection connection = Next(without, asked, s_running);
        Assert.IsType<ConnectionState.Approved>(connection.State);
        Assert.False(PeeringsOnRouters.IsOpen(connection, connection.V4!));
    }

    [Fact]
    public void Whom_the_operator_sent_away_is_held_back_until_the_operator_says_otherwise()
    {
        Assert.False(Active.IsHeldBack);
        Peering suspended = After([.. ToActive, _ => Act(PeeringVerb.Suspend)]);
        Assert.True(suspended.IsHeldBack);
        Assert.True(After([.. ToActive, _ => Act(PeeringVerb.Suspend), _ => Put(Wanted("c2", 71))]).IsHeldBack);
        Assert.False(After([.. ToActive, _ => Act(PeeringVerb.Suspend), _ => Act(PeeringVerb.Resume)]).IsHeldBack);
        Assert.True(After(_ => Put(), _ => Act(PeeringVerb.Reject)).IsHeldBack);
    }

    [Fact]
    public void Of_a_session_from_before_a_family_that_does_not_run_is_looked_at_first()
    {
        const string Sixth = "2001:db8:80::70";
        var workflow = new PeeringWorkflow(
            () =>
                PeeringStates.Topology with
                {
                    Exchanges =
                    [
                        PeeringStates.Exchange with
                        {
                            Legacy = [new LegacySession(Number, [IPAddress.Parse("127.80.0.70"), IPAddress.Parse(Sixth)])],
                        },
                    ],
                },
            new PeeringPolicy()
        );
        Peering asked = After(_ => Put(Wanted(v6: Sixth) with { IsLegacy = true }), p => Looked(p!, Proven));
        Connection one = Next(workflow, asked, s_running);
        Assert.IsType<ConnectionState.Active>(one.State);
        Assert.True(PeeringsOnRouters.IsOpen(one, one.V4!));
        Assert.False(PeeringsOnRouters.IsOpen(one, one.V6!));
        Connection both = Next(
            workflow,
            asked,
            s_running with
            {
                FromBefore = [.. s_running.FromBefore, new SessionFromBefore("AMS-IX", Sixth, 1)],
            }
        );
        Assert.True(PeeringsOnRouters.IsOpen(both, both.V6!));
    }

    [Fact]
    public void A_session_from_before_is_not_closed_by_the_limit_that_is_asked_for()
    {
        Peering asked = After(_ => Put(Wanted() with { IsLegacy = true }), p => Looked(p!, Proven));
        var refuse = Assert.IsType<Decision<Peering>.Refuse>(
            Workflow().Decide(asked, s_running with { FromBefore = [new SessionFromBefore("AMS-IX", "127.80.0.70", 101)] })
        );
        Assert.Equal("MaxPrefixesTooLow", refuse.Refusal.Code);
        Assert.IsType<ConnectionState.Active>(
            Next(Workflow(), asked, s_running with { FromBefore = [new SessionFromBefore("AMS-IX", "127.80.0.70", 100)] }).State
        );
    }

    [Fact]
    public void A_peer_is_to_act_on_what_failed_and_not_while_a_session_only_has_to_stay_up()
    {
        Peering waits = After([.. ToValidating, p => Looked(p!, Proven, (PeeringChecks.Stable, CheckOutcome.Waiting, "NotLongEnough"))]);
        Assert.Equal("causeway", PeeringFindings.Next(waits, waits.Connections[0], PeeringStates.Topology).ActsNext);
        Peering failed = After([
            .. ToValidating,
            p =>
                Looked(
                    p!,
                    Proven,
                    (PeeringChecks.Stable, CheckOutcome.Waiting, "NotLongEnough"),
                    (PeeringChecks.Rpki, CheckOutcome.Failed, "RpkiInvalid")
                ),
        ]);
        NextStep next = PeeringFindings.Next(failed, failed.Connections[0], PeeringStates.Topology);
        Assert.Equal("peer", next.ActsNext);
        Assert.StartsWith("Rpki failed", next.Says, StringComparison.Ordinal);
    }

    /// <summary>Nobody is left to wait for what can never come: where no registry is followed, a ticket is the way.</summary>
    [Fact]
    public void Where_no_registry_is_followed_it_is_said_and_not_waited_for()
    {
        Peering peering = After(ToCompleted);
        Connection connection = peering.Connections[0];
        Assert.Equal("NoRegistry", Registered(null));
        Assert.Equal("NoRegistry", Registered(new RegistrySources { Vrps = ["vrps.json"] }));
        Assert.Equal("NoFilter", Registered(new RegistrySources { Dumps = ["ripe.db"] }));

        string Registered(RegistrySources? registries)
        {
            NetworkTopology topology = PeeringStates.Topology with { Registries = registries };
            return PeeringChecks
                .Of(peering, connection, connection.PlaceIn(topology)!, new ConnectionSeen(At, []), topology, Workflow().Policy)
                .First(c => c.Name == PeeringChecks.Registered.Name)
                .Reason;
        }
    }

    [Fact]
    public void What_a_peer_answers_pushes_out_its_own_words_and_not_the_operators()
    {
        Peering peering = After(ToActive);
        for (int i = 0; i < 2 * Peering.MostMessages; i++)
            peering = ((Decision<Peering>.Move)Workflow().Decide(peering, Act(PeeringVerb.Answer, $"answer {i}"))).Next;
        Assert.Equal(Peering.MostMessages, peering.Messages.Length);
        Assert.Contains(peering.Messages, m => m.Code == "Approve");
        Assert.Equal($"answer {2 * Peering.MostMessages - 1}", peering.Messages[^1].Text);
    }

    [Fact]
    public void A_peer_is_told_once_of_what_is_refused_while_its_connection_stays_active()
    {
        Peering over = After([.. ToActive, p => Over(p!)]);
        Assert.IsType<ConnectionState.Active>(over.Connections[0].State);
        Assert.Single(over.Messages, m => m.Code == "MaxPrefixes");
        Assert.IsType<Decision<Peering>.Stay>(Workflow().Decide(over, Over(over)));

        static Signal Over(Peering p) => Looked(p, Proven, (PeeringChecks.MaxPrefixes, CheckOutcome.Failed, "MaxPrefixes"));
    }

    [Fact]
    public void A_network_speaks_for_itself_and_a_route_server_for_its_members()
    {
        Assert.True(NextHopIsPeer(PeeringStates.Exchange));
        Assert.False(
            NextHopIsPeer(
                PeeringStates.Exchange with
                {
                    RouteServers = [new RouteServer(Number, [System.Net.IPAddress.Parse("127.80.0.70")])],
                }
            )
        );

        static bool NextHopIsPeer(Exchange exchange) =>
            Assert
                .Single(
                    PeeringsOnRouters.Sessions(
                        Active,
                        Active.Connections[0],
                        exchange,
                        exchange.Routers[0],
                        new CompileContext(PeeringStates.Topology, _ => throw new InvalidOperationException(), At),
                        new PeeringPolicy(),
                        []
                    )
                )
                .Import.NextHopIsPeer;
    }

    private static readonly ActOnConnections s_running = Act(PeeringVerb.Approve) with
    {
        FromBefore = [new SessionFromBefore("AMS-IX", "127.80.0.70", 2)],
    };

    private static Connection Next(PeeringWorkflow workflow, Peering peering, Signal signal) =>
        Assert.IsType<Decision<Peering>.Move>(workflow.Decide(peering, signal)).Next.Connections[0];
}
