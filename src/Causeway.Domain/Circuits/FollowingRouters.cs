using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Circuits;

/// <summary>The routers' answer: what they carry now, what they could not take, and which requests that ends.</summary>
internal static class FollowingRouters
{
    public static Decision<Circuit> Confirm(Circuit circuit, RoutersConfigured done)
    {
        if (done.Generation > circuit.Generation || done.Generation < circuit.Applied)
            return new Decision<Circuit>.Stay(
                $"answers generation {done.Generation}; {circuit.Applied} is applied, {circuit.Generation} wanted"
            );
        ImmutableArray<OperationChange> finished =
        [
            .. circuit.Pending.Where(p => p.Generation <= done.Generation).Select(p => Finish(circuit, p, done)),
        ];
        if (circuit.DeletingSince is not null && done.Generation == circuit.Generation)
            return new Decision<Circuit>.End("deleted by its owner; the routers have let go of it; billing ends")
            {
                Operations = finished,
                Facts = CircuitFacts.Of(circuit).ToJson(),
            };

        ImmutableArray<Peering> peerings =
        [
            .. circuit
                .Peerings.Where(p => p.State is not PeeringState.Removing r || r.Generation > done.Generation)
                .Select(p => Followed(circuit, p, done)),
        ];
        if (done.Generation == circuit.Applied && finished.IsEmpty && peerings.SequenceEqual(circuit.Peerings))
            return new Decision<Circuit>.Stay("the routers carry what they carried");
        return new Decision<Circuit>.Move(
            circuit with
            {
                Applied = done.Generation,
                Peerings = peerings,
                Pending = circuit.Pending.RemoveAll(p => p.Generation <= done.Generation),
            },
            Why(circuit, done)
        )
        {
            Operations = finished,
        };
    }

    private static Peering Followed(Circuit circuit, Peering peering, RoutersConfigured done)
    {
        string? problem = done.Problems.GetValueOrDefault(circuit.InstanceOf(peering.Type));
        bool answersThis = peering.State switch
        {
            PeeringState.Configuring c => c.Generation <= done.Generation,
            // A repeated apply of what is already wanted tells of a router that broke, or mended.
            PeeringState.Configured or PeeringState.Failed => done.Generation == circuit.Generation,
            _ => false,
        };
        if (!answersThis)
            return peering;
        return (peering.State, problem) switch
        {
            (PeeringState.Configured, null) => peering,
            (PeeringState.Failed f, { } p) when f.Problem == p => peering,
            (_, null) => peering with { State = new PeeringState.Configured(done.At) },
            (_, { } p) => peering with { State = new PeeringState.Failed(done.At, p) },
        };
    }

    private static OperationChange.Finish Finish(Circuit circuit, PendingOperation pending, RoutersConfigured done) =>
        new(
            pending.Id,
            done.At,
            pending.Peering is { } type && done.Problems.GetValueOrDefault(circuit.InstanceOf(type)) is { } problem
                ? Refusal.Conflict("RouterConfigurationFailed", $"A router could not take {type}: {problem}", type.ToString())
                : null
        );

    private static string Why(Circuit circuit, RoutersConfigured done)
    {
        string routers = circuit.Edge is { } edge ? $"{edge.Primary} and {edge.Secondary}" : "the routers";
        var problems = circuit
            .Peerings.Select(p => (p.Type, Problem: done.Problems.GetValueOrDefault(circuit.InstanceOf(p.Type))))
            .Where(p => p.Problem is not null)
            .Select(p => $"{p.Type}: {p.Problem}")
            .ToList();
        return problems.Count == 0
            ? $"{routers} follow generation {done.Generation}"
            : $"{routers} follow generation {done.Generation}, except {string.Join("; ", problems)}";
    }
}
