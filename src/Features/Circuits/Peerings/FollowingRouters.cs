using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Circuits;

/// <summary>The routers' answers: what each side carries now, what it could not take, which requests that ends, and what is overdue.</summary>
internal static class FollowingRouters
{
    public static Decision<Circuit> Confirm(Circuit circuit, RoutersConfigured done)
    {
        if (circuit.Edge is not { } edge || !edge.RouterOf(done.Side).Equals(done.Router, StringComparison.OrdinalIgnoreCase))
            return new Decision<Circuit>.Stay($"{done.Router} is not the {Name(done.Side)} router of the circuit");
        SideState before = circuit.On(done.Side);
        if (done.Generation > circuit.Generation || done.Generation < before.Applied)
            return new Decision<Circuit>.Stay(
                $"answers generation {done.Generation}; {done.Router} carries {before.Applied}, {circuit.Generation} is wanted"
            );
        Circuit next = circuit.With(done.Side, new SideState(done.Generation) { Problems = done.Problems });
        return Settled(circuit, next, done.At, Says(done));
    }

    /// <summary>What has waited long enough fails, and says for whom it waited; what it asked for stays wanted, and follows when the router does.</summary>
    public static Decision<Circuit> Overdue(Circuit circuit, DateTimeOffset at, NetworkTopology topology)
    {
        Circuit next = LetGo(circuit, at, topology);
        ImmutableArray<PendingOperation> late = [.. next.Pending.Where(p => p.Until <= at && p.Generation > next.Applied)];
        if (late.IsEmpty)
            return Settled(circuit, next, at, "a router is no longer in the topology: it has let go");
        string waits = WaitsFor(next, late.Max(p => p.Generation));
        long upTo = late.Max(p => p.Generation);
        next = next with
        {
            Pending = [.. next.Pending.Where(p => !late.Contains(p))],
            Peerings =
            [
                .. next.Peerings.Select(p =>
                    p.State is PeeringState.Configuring c && c.Generation <= upTo
                        ? p with
                        {
                            State = new PeeringState.Failed(at, waits),
                        }
                        : p
                ),
            ],
        };
        return Settled(circuit, next, at, waits) switch
        {
            Decision<Circuit>.Move move => move with { Operations = [.. move.Operations, .. late.Select(Fail)] },
            Decision<Circuit>.End end => end with { Operations = [.. end.Operations, .. late.Select(Fail)] },
            var other => other,
        };

        OperationChange Fail(PendingOperation p) =>
            new OperationChange.Finish(p.Id, at, Refusal.Conflict("RouterDoesNotFollow", $"{Capital(WaitsFor(next, p.Generation))}."));
    }

    /// <summary>A router that the topology does not have any more carries nothing: it has let go of what was on it, and cannot take what is wanted.</summary>
    public static Circuit LetGo(Circuit circuit, DateTimeOffset at, NetworkTopology topology)
    {
        if (circuit.Edge is not { } edge)
            return circuit;
        Circuit next = circuit;
        foreach (Side side in Sides.Both)
            if (circuit.On(side).Applied < circuit.Generation && topology.FindRouter(edge.RouterOf(side)) is null)
                next = next.With(
                    side,
                    new SideState(circuit.Generation)
                    {
                        Problems = circuit.IsOnRouters
                            ? circuit
                                .Peerings.Where(p => p.State.IsWanted)
                                .ToImmutableSortedDictionary(
                                    p => circuit.InstanceOf(p.Type),
                                    _ => "is no longer in the topology: the operator moves the circuit to another pair"
                                )
                            : ImmutableSortedDictionary<string, string>.Empty,
                    }
                );
        return next == circuit ? circuit : next with { Peerings = Followed(next, at) };
    }

    /// <summary>What is wrong with a peering on the routers, each with its name; null when nothing is.</summary>
    public static string? ProblemOf(Circuit circuit, PeeringType type)
    {
        if (circuit.Edge is not { } edge)
            return null;
        string instance = circuit.InstanceOf(type);
        string text = string.Join(
            "; ",
            Sides
                .Both.Select(side => circuit.On(side).Problems.GetValueOrDefault(instance) is { } p ? $"{edge.RouterOf(side)}: {p}" : null)
                .Where(p => p is not null)
        );
        return text.Length == 0 ? null : text;
    }

    public static Refusal NotTaken(PeeringType type, string problem) =>
        Refusal.Conflict("RouterConfigurationFailed", $"A router could not take {type}: {problem}", type.ToString());

    /// <summary>Ends what both sides carry, and makes the peerings be what both sides say.</summary>
    private static Decision<Circuit> Settled(Circuit before, Circuit next, DateTimeOffset at, string why)
    {
        ImmutableArray<OperationChange> finished =
        [
            .. next.Pending.Where(p => p.Generation <= next.Applied).Select(p => Finish(next, p, at)),
        ];
        if (next.DeletingSince is not null && next.Applied == next.Generation)
            return new Decision<Circuit>.End("deleted by its owner; the routers have let go of it; billing ends")
            {
                Operations = finished,
                Facts = CircuitFacts.Of(next).ToJson(),
            };
        next = next with { Peerings = Followed(next, at), Pending = next.Pending.RemoveAll(p => p.Generation <= next.Applied) };
        bool same =
            next.Primary == before.Primary
            && next.Secondary == before.Secondary
            && next.Peerings.SequenceEqual(before.Peerings)
            && next.Pending.SequenceEqual(before.Pending);
        return same
            ? new Decision<Circuit>.Stay("the routers carry what they carried")
            : new Decision<Circuit>.Move(next, why) { Operations = finished };
    }

    private static ImmutableArray<Peering> Followed(Circuit circuit, DateTimeOffset at) =>
        [
            .. circuit
                .Peerings.Where(p => p.State is not PeeringState.Removing r || r.Generation > circuit.Applied)
                .Select(p => Followed(circuit, p, at)),
        ];

    private static Peering Followed(Circuit circuit, Peering peering, DateTimeOffset at)
    {
        bool known = peering.State switch
        {
            PeeringState.Configuring c => c.Generation <= circuit.Applied,
            // What both carry of what is wanted now: a router that broke, lost it, or mended says so.
            PeeringState.Configured or PeeringState.Failed => circuit.Applied == circuit.Generation,
            _ => false,
        };
        if (!known)
            return peering;
        return (peering.State, ProblemOf(circuit, peering.Type)) switch
        {
            (PeeringState.Configured, null) => peering,
            (PeeringState.Failed f, { } p) when f.Problem == p => peering,
            (_, null) => peering with { State = new PeeringState.Configured(at) },
            (_, { } p) => peering with { State = new PeeringState.Failed(at, p) },
        };
    }

    private static OperationChange.Finish Finish(Circuit circuit, PendingOperation pending, DateTimeOffset at) =>
        new OperationChange.Finish(
            pending.Id,
            at,
            pending.Peering is { } type && ProblemOf(circuit, type) is { } problem ? NotTaken(type, problem) : null,
            pending.Answer is { } answer ? JsonSerializer.SerializeToUtf8Bytes(answer, CircuitJson.Default.String) : default
        );

    private static string WaitsFor(Circuit circuit, long generation) =>
        string.Join(
            " and ",
            Sides.Both.Where(s => circuit.On(s).Applied < generation).Select(s => circuit.Edge is { } edge ? edge.RouterOf(s) : Name(s))
        )
        + " did not follow in time: the operator acts next; what was asked for stays wanted, and follows by itself when the router is back";

    private static string Says(RoutersConfigured done) =>
        done.Problems.IsEmpty
            ? $"{done.Router} follows generation {done.Generation}"
            : $"{done.Router} follows generation {done.Generation}, except {string.Join("; ", done.Problems.Select(p => $"{p.Key}: {p.Value}"))}";

    private static string Name(Side side) => side == Side.Primary ? "primary" : "secondary";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
