using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using FsCheck;
using FsCheck.Fluent;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Domain.Tests.Circuits;

/// <summary>Whatever is sent to a circuit in whatever order, these hold after every step.</summary>
public sealed class CircuitLifecycleProperties
{
    [Theory]
    [InlineData(RoutingBeforeProvisioned.Refuse)]
    [InlineData(RoutingBeforeProvisioned.Accept)]
    public void Any_sequence_of_signals_keeps_the_circuit_whole(RoutingBeforeProvisioned routing)
    {
        var policy = new CircuitPolicy { RoutingBeforeProvisioned = routing };
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(400),
            Prop.ForAll(
                Gen.Choose(0, Steps.Length - 1).ListOf(60).ToArbitrary(),
                steps =>
                {
                    var world = new World(Workflow(policy));
                    foreach (int step in steps)
                        world.Send(step);
                    world.Drain();
                    return true;
                }
            )
        );
    }

    private static readonly Func<World, Signal>[] Steps =
    [
        w => Put() with { Ticket = w.Fresh() },
        w => Put() with { Ticket = w.Fresh(), Tier = CircuitTier.Premium },
        w => Put() with { Ticket = w.Fresh(), Order = new("Equinix", "Amsterdam", new Bandwidth(1000)) },
        w => Put() with { Ticket = w.Fresh(), Peerings = [Private(vlan: 150)], Authorizations = [new("key2", Key(Guid.Empty))] },
        w => Put() with { Ticket = w.Fresh(), Peerings = [], Authorizations = [] },
        w => new DeleteResource(At, w.Fresh()),
        w => Provider(ProviderState.Provisioning) with { Ticket = w.Fresh() },
        w => Provider(ProviderState.Provisioned) with { Ticket = w.Fresh() },
        w => Provider(ProviderState.Provisioned) with { Ticket = w.Fresh() },
        w => Provider(ProviderState.Deprovisioning) with { Ticket = w.Fresh() },
        w => Provider(ProviderState.NotProvisioned) with { Ticket = w.Fresh() },
        w => PutPeering() with { Ticket = w.Fresh() },
        w => PutPeering(Private(vlan: 200, primary: "10.0.0.8/30")) with { Ticket = w.Fresh() },
        w => new DeletePeering(At, PeeringType.AzurePrivatePeering, Author.Customer, w.Fresh()),
        w => new PutAuthorization(At, new WantedAuthorization("key1", Key()), w.Fresh()),
        w => new DeleteAuthorization(At, "key1", w.Fresh()),
        w => Link(1) with { Ticket = w.Fresh() },
        w => Link(4, SecretKey.ToString(), Other) with { Ticket = w.Fresh() },
        w => new UnlinkNetwork(At, Connection(1)) { Ticket = w.Fresh() },
        w => new UnlinkNetwork(At, Connection(4, Other)) { Ticket = w.Fresh() },
        w => new ChangeLinkedPrefixes(At, Network(1), [IpPrefix.Parse("10.60.0.0/16")]),
        w => Follow(Side.Primary, w.Now?.Generation ?? 0),
        w => Follow(Side.Secondary, w.Now?.Generation ?? 0),
        w => Follow(Side.Secondary, w.Now?.Generation ?? 0),
        w => Follow(Side.Primary, w.Now?.Applied ?? 0),
        w => Follow(Side.Primary, w.Now?.Generation ?? 0, "no such address"),
        w => Overdue,
    ];

    /// <summary>A store in memory that applies what the workflow's steps say, and looks at everything afterwards.</summary>
    private sealed class World(CircuitWorkflow workflow)
    {
        private readonly HashSet<string> _claims = [];
        private readonly HashSet<string> _labels = [];
        private readonly Dictionary<Guid, OperationStatus> _operations = [];
        private StoredResource? _row;
        private CircuitFacts? _meter;
        private bool _told;
        private int _tickets;

        public Circuit? Now => _row is null ? null : workflow.Read(_row).Resource;

        public Ticket Fresh() => Ticket(++_tickets);

        public void Send(int step) => Send(Steps[step](this));

        public void Drain()
        {
            if (Now is { } c)
                foreach (Signal follow in Follow(c.Generation))
                    Send(follow);
            Assert.DoesNotContain(OperationStatus.InProgress, _operations.Values);
        }

        private void Send(Signal signal)
        {
            Circuit? before = Now;
            WorkflowStep step = ((IWorkflow)workflow).Step(Id, _row is null ? null : workflow.Read(_row), signal, "me", null);
            if (step.Refusal is { } refusal)
            {
                Assert.NotEqual("", refusal.Message);
                return;
            }
            _told = false;
            Apply(step.Changes);
            Look(before, signal);
        }

        private void Apply(Changes changes)
        {
            foreach (ResourceWrite write in changes.Writes)
                _row = write is ResourceWrite.Put put ? put.Resource : null;
            foreach (ClaimChange claim in changes.Claims)
                Assert.True(claim is ClaimChange.Take ? _claims.Add(claim.Key) : _claims.Remove(claim.Key), claim.ToString());
            foreach (LabelChange label in changes.Labels)
                Assert.True(label is LabelChange.Add ? _labels.Add(label.Label) : _labels.Remove(label.Label), label.ToString());
            foreach (OperationChange operation in changes.Operations)
                _operations[operation.Id] = operation switch
                {
                    OperationChange.Start start => start.Operation.Status,
                    OperationChange.Finish { Error: null } => OperationStatus.Succeeded,
                    _ => OperationStatus.Failed,
                };
            _told |= changes.Announcements.Contains("routers/ams-1");
            foreach (JournalEntry entry in changes.Journal)
            {
                // Meters: begun when the circuit is, told of every change of what is billed, ended when it is gone.
                Assert.True((entry.From.Length == 0) == (_meter is null), "a meter begins exactly with its circuit");
                if (CircuitFacts.Read(entry.Facts.Span) is { } facts)
                    _meter = facts;
                if (entry.To.Length == 0)
                    _meter = null;
            }
            if (_row is null)
            {
                // The store releases what a deleted resource held.
                _claims.Clear();
                _labels.Clear();
            }
        }

        private void Look(Circuit? before, Signal signal)
        {
            Circuit? c = Now;
            if (c is null)
            {
                Assert.True(
                    before is null or { Provider: ProviderSide.NotProvisioned, Links.IsEmpty: true },
                    $"{signal.Name} ended {before}"
                );
                Assert.Null(_meter);
                Assert.DoesNotContain(OperationStatus.InProgress, _operations.Values);
                return;
            }
            Assert.Equal(CircuitFacts.Of(c), _meter);
            Assert.Equal(workflow.ClaimsOf(c).Order(), _claims.Order());
            Assert.Equal(workflow.LabelsOf(c).Distinct().Order(), _labels.Order());
            Assert.InRange(c.Applied, before?.Applied ?? 0, c.Generation);
            Assert.True(c.Generation >= (before?.Generation ?? 0));
            Assert.True(c.Generation == (before?.Generation ?? 0) || _told, "whoever drives the routers is told of a new generation");
            Assert.Equal(
                c.Edge is not null && (c.Applied < c.Generation || (c.IsOnRouters && c.Peerings.Any(p => p.State.IsWanted))),
                _labels.Contains("on-pair/ams-1")
            );
            Assert.Equal(c.Pending.IsEmpty ? [] : [c.Pending.Min(p => p.Until)], workflow.WakeUpsOf(c).Select(w => w.Due));
            Assert.All(c.Pending, p => Assert.InRange(p.Generation, c.Applied + 1, c.Generation));
            Assert.Equal(
                c.Pending.Select(p => p.Id).Order(),
                _operations.Where(o => o.Value == OperationStatus.InProgress).Select(o => o.Key).Order()
            );
            Assert.Equal(c.Peerings.Length, c.Peerings.Select(p => p.Vlan).Distinct().Count());
            Assert.All(
                c.Peerings,
                p => Assert.True(c.IsOnRouters != p.State is PeeringState.Waiting, $"{c.StateName} with {p.Type} {p.State}")
            );
            Assert.All(
                c.Links.Where(l => l.Authorization is not null),
                l => Assert.Equal(l.Connection, c.FindAuthorization(l.Authorization!)?.Connection)
            );
            Assert.All(c.Authorizations.Where(a => a.IsInUse), a => Assert.Equal(a.Name, c.FindLink(a.Connection!)?.Authorization));
        }
    }
}
