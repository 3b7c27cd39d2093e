using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Circuits;

/// <summary>What circuit decisions are made with, besides state and signal: how the installation is configured.</summary>
internal sealed record CircuitContext(NetworkTopology Topology, CircuitPolicy Policy);

/// <summary>
/// One decision in the making. A PUT of a whole circuit is many small changes: each is applied here, or reported, and the end is one Move, one Stay
/// or one refusal with every problem. Lives for one call of Decide.
/// </summary>
internal sealed class Draft
{
    private readonly List<Refusal> _problems = [];
    private readonly List<string> _why = [];
    private readonly List<Effect> _effects = [];
    private bool _billed;
    private bool _routersFollow;

    public Draft(Circuit before, DateTimeOffset at, CircuitContext context)
    {
        Before = before;
        Now = before;
        At = at;
        Topology = context.Topology;
        Policy = context.Policy;
    }

    public Circuit Before { get; }

    /// <summary>The circuit comes to be by this decision: nobody knows its service key yet.</summary>
    public bool IsNew { get; init; }
    public Circuit Now { get; private set; }
    public DateTimeOffset At { get; }
    public NetworkTopology Topology { get; }
    public CircuitPolicy Policy { get; }

    /// <summary>The generation that this decision makes, if routers have to follow it.</summary>
    public long NextGeneration => Before.Generation + 1;

    public bool HasProblems => _problems.Count > 0;

    public void Problem(Refusal? problem)
    {
        if (problem is not null)
            _problems.Add(problem);
    }

    /// <summary>Takes a change, with the journal's words.</summary>
    public void Change(Circuit next, string why)
    {
        Now = next;
        _why.Add(why);
    }

    /// <summary>As <see cref="Change"/>, and the meters have to know.</summary>
    public void ChangeBilled(Circuit next, string why)
    {
        Change(next, why);
        _billed = true;
    }

    /// <summary>What this decision changed has to reach the routers.</summary>
    public void RoutersFollow() => _routersFollow = true;

    public void Effect(Effect effect) => _effects.Add(effect);

    /// <summary>The decision.</summary>
    /// <param name="ticket">The operation that the request starts.</param>
    /// <param name="about">The peering whose problem fails the operation.</param>
    /// <param name="awaits">Already under way: the operation ends with this generation.</param>
    /// <param name="answer">The word that the operation ends with.</param>
    public Decision<Circuit> End(Ticket? ticket, PeeringType? about = null, long? awaits = null, string? answer = null)
    {
        if (HasProblems)
            return new Decision<Circuit>.Refuse(Refusal.Of(_problems));
        Circuit next = _routersFollow ? FollowingRouters.LetGo(Now with { Generation = NextGeneration }, At, Topology) : Now;
        long? until = _routersFollow ? NextGeneration : awaits;
        if (until <= next.Applied)
            until = null;
        ImmutableArray<OperationChange> operations = Started(ticket, until, next, about);
        if (_why.Count == 0 && until is null)
            return new Decision<Circuit>.Stay("nothing changes") { Operations = operations };
        if (ticket is not null && until is { } generation)
            next = next with
            {
                Pending = next.Pending.Add(new PendingOperation(ticket.Id, generation, At + Policy.FollowWithin, about, answer)),
            };
        return new Decision<Circuit>.Move(next, _why.Count == 0 ? "asked for again while under way" : string.Join("; ", _why))
        {
            Effects = [.. _effects],
            Operations = operations,
            Facts = _billed ? CircuitFacts.Of(next).ToJson() : default,
        };
    }

    private ImmutableArray<OperationChange> Started(Ticket? ticket, long? until, Circuit next, PeeringType? about) =>
        ticket is null ? []
        : until is not null ? [ticket.Begun(At)]
        : about is { } type && FollowingRouters.ProblemOf(next, type) is { } problem
            ? [ticket.Failed(At, FollowingRouters.NotTaken(type, problem))]
        : [ticket.Done(At)];
}
