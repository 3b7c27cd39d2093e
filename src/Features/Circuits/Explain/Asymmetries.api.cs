using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Domain.Circuits;
using Causeway.Domain.Findings;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary>A prefix that comes over a circuit and over the Internet.</summary>
/// <param name="Found">Of <see cref="SeparateEdges.Asymmetric"/>.</param>
internal sealed record Asymmetry(ResourceId Circuit, PeeringType Peering, Finding Found)
{
    /// <summary>A value of the finding.</summary>
    public string this[string name] => Found.Values.First(v => v.Name == name).Value;
}

/// <summary>
/// Which prefixes come both ways, for those who look from the other end: the Internet peering over which they come, and the operator. Walks the circuits that declare
/// prefixes, some at a time, and remembers what it found: a circuit's own explanation looks into the tables each time. Of the routers that this node drives; stored nowhere.
/// </summary>
internal sealed class Asymmetries(Engine engine, Tracked<Circuit> circuits, InternetSide internet) : Loop("asymmetries")
{
    private const int CircuitsATurn = 100;
    private static readonly TimeSpan s_betweenTurns = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_betweenWalks = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ResourceId, ImmutableArray<Asymmetry>> _walk = [];
    private volatile IReadOnlyDictionary<ResourceId, ImmutableArray<Asymmetry>> _found = ImmutableDictionary<
        ResourceId,
        ImmutableArray<Asymmetry>
    >.Empty;
    private string? _after;

    /// <summary>As the last look at each circuit found it, by circuit.</summary>
    public IEnumerable<Asymmetry> Now => _found.OrderBy(f => f.Key.Key, StringComparer.Ordinal).SelectMany(f => f.Value);

    public override bool IsNeeded => false;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        Page<StoredResource> page = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = Circuit.ResourceType,
                Label = Circuit.DeclaresLabel,
                After = _after,
                Most = CircuitsATurn,
            },
            cancellation
        );
        foreach (StoredResource row in page.Items)
        {
            // One that cannot be read is told where it is asked for, and holds up no other.
            if (!circuits.TryRead(row, out Versioned<Circuit>? read))
                continue;
            Circuit circuit = read.Resource;
            var found = ImmutableArray.CreateBuilder<Asymmetry>();
            foreach (PeeringType type in circuit.Peerings.Select(p => p.Type))
            foreach (Finding finding in await internet.FindingsAsync(circuit, cancellation, type))
                if (finding.Code == SeparateEdges.Asymmetric.Code)
                    found.Add(new Asymmetry(circuit.Id, type, finding));
            if (found.Count > 0)
                _walk[circuit.Id] = found.ToImmutable();
        }
        _after = page.After;
        if (_after is not null)
            return new TurnResult("walking the circuits", s_betweenTurns);
        _found = _walk.ToImmutableDictionary();
        _walk.Clear();
        return new TurnResult($"{_found.Sum(f => f.Value.Length)} prefixes come over a circuit and over the Internet", s_betweenWalks);
    }
}
