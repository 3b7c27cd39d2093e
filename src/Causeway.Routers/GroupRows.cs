using Causeway.Domain.Operations;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Routers;

/// <summary>
/// Everything that wants something on a group of routers: the rows that carry its label, each with what it was last compiled to. Only rows that changed are compiled anew. A
/// row that cannot be compiled is a fault of that row: what it last was stays.
/// </summary>
internal sealed class GroupRows(
    IStore store,
    RouterGroup group,
    IReadOnlyDictionary<string, IOnRouters> types,
    Func<string, Md5Key> reveal,
    TimeProvider time
)
{
    private readonly SortedDictionary<string, GroupRow> _rows = new(StringComparer.Ordinal);

    public IEnumerable<GroupRow> All => _rows.Values;

    /// <summary>The traces of the commits that the last reading found new, of which none was followed before; none of a first reading.</summary>
    public IReadOnlyCollection<string> NewTraces { get; private set; } = [];

    public int Count => _rows.Count;

    /// <summary>Reads what carries the label now.</summary>
    /// <param name="topology">Rows are compiled anew when it is another than before.</param>
    public async Task ReadAsync(NetworkTopology topology, CancellationToken cancellation)
    {
        bool sameTopology = ReferenceEquals(topology, _topology);
        if (_topology is null)
            await RelabelAsync(cancellation);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var traces = new List<string>();
        bool first = _topology is null;
        await foreach (
            StoredResource row in store.AllAsync(new ResourceQuery { Label = IOnRouters.OnGroup(group.Name), Most = 1000 }, cancellation)
        )
        {
            seen.Add(row.Id.Key);
            if (!_rows.TryGetValue(row.Id.Key, out GroupRow? known))
                _rows.Add(row.Id.Key, known = new GroupRow(group.Routers.Length));
            if (known.Row?.Revision != row.Revision || !sameTopology)
                Compile(known, row, topology);
            if (known.Follow(row.Trace) && !first)
                traces.Add(row.Trace!);
        }
        StoredResource? drained = await store.GetAsync(RouterMaintenance.IdOf(group.Name), cancellation);
        if (drained is null)
            _maintenance = null;
        else if (_maintenances.TryRead(drained, out Versioned<RouterMaintenance>? read))
            _maintenance = read.Resource;
        foreach (string gone in _rows.Keys.Where(k => !seen.Contains(k)).ToList())
            _rows.Remove(gone);
        _topology = topology;
        NewTraces = traces;
    }

    private NetworkTopology? _topology;
    private readonly MaintenanceWorkflow _maintenances = new();
    private RouterMaintenance? _maintenance;

    /// <summary>What an earlier version stored carries a label for each router instead of one for the group.</summary>
    private async Task RelabelAsync(CancellationToken cancellation)
    {
        foreach (RouterDefinition router in group.Routers)
        {
            string old = $"router/{router.Name}";
            Page<StoredResource> page;
            do
            {
                page = await store.ListAsync(new ResourceQuery { Label = old, Most = 1000 }, cancellation);
                foreach (StoredResource row in page.Items)
                    await store.CommitAsync(
                        new Changes
                        {
                            Writes = [new ResourceWrite.Check(row.Id, row.Revision)],
                            Labels = [new LabelChange.Remove(old, row.Id), new LabelChange.Add(IOnRouters.OnGroup(group.Name), row.Id)],
                        },
                        cancellation
                    );
            } while (page.Items.Count > 0);
        }
    }

    public void Clear()
    {
        _rows.Clear();
        _topology = null;
    }

    /// <summary>The whole intent of one router, and the rows that are at fault.</summary>
    public (RouterIntent Intent, IReadOnlyList<RowFault> Faults, IReadOnlyDictionary<string, string> ByInstance) Of(
        GroupMember router,
        Asn asn
    )
    {
        var contributions = new List<InstanceIntent>();
        var meets = new Dictionary<string, InstanceIntent>(StringComparer.Ordinal);
        var faults = new List<RowFault>();
        var byInstance = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (GroupRow row in _rows.Values)
        {
            if (row.Problem is { } problem)
                faults.Add(new RowFault(row.Row!.Id.Text, problem));
            Compiled compiled = row.On(router.Index);
            foreach ((string instance, string says) in compiled.Faults)
            {
                byInstance[instance] = says;
                faults.Add(new RowFault(row.Row!.Id.Text, says));
            }
            foreach (InstanceIntent instance in compiled.Instances)
                if (
                    meets.TryAdd(instance.Name, instance)
                    || (meets[instance.Name].Vrf, meets[instance.Name].Access) == (instance.Vrf, instance.Access)
                )
                    contributions.Add(instance);
                else
                    faults.Add(new RowFault(row.Row!.Id.Text, $"it wants {instance.Name} on another port or VRF than others do"));
        }
        return (
            RouterIntent.Of(router.Router.Name, asn, IsDrained(router) ? contributions.Select(Drained) : contributions),
            faults,
            byInstance
        );
    }

    /// <summary>Of the maintenance that <see cref="Of"/> compiles with; 0 while there never was any.</summary>
    public long Maintenance => _maintenance?.Generation ?? 0;

    private bool IsDrained(GroupMember router) => _maintenance?.Drains(router.Router.Name) == true;

    /// <summary>The same, with every session telling its peer to send elsewhere (RFC 8326).</summary>
    private static InstanceIntent Drained(InstanceIntent instance) =>
        instance with
        {
            Sessions = [.. instance.Sessions.Select(s => s with { Options = s.Options with { GracefulShutdown = true } })],
        };

    private void Compile(GroupRow known, StoredResource row, NetworkTopology topology)
    {
        known.Row = row;
        known.Problem = null;
        var context = new CompileContext(topology, reveal, time.GetUtcNow());
        for (int i = 0; i < group.Routers.Length; i++)
            try
            {
                if (!types.TryGetValue(row.Type, out IOnRouters? type))
                    throw new NotSupportedException($"{row.Type} has nothing on routers in this version");
                Compiled now = type.Compile(new GroupMember(group, i), row, context);
                known.Put(
                    i,
                    now with
                    {
                        Instances = [.. now.Instances, .. known.On(i).Instances.Where(i => now.Faults.ContainsKey(i.Name))],
                    }
                );
            }
#pragma warning disable CA1031 // Whatever is wrong with a row harms no other.
            catch (Exception e)
#pragma warning restore CA1031
            {
                known.Problem = e is NotSupportedException ? e.Message : "its document cannot be read by this version";
            }
    }
}

/// <summary>A row, what it was compiled to, and what it was told.</summary>
/// <param name="routers">How many the group has.</param>
internal sealed class GroupRow(int routers)
{
    private readonly Compiled[] _compiled = [.. Enumerable.Repeat(Compiled.Nothing, routers)];

    public StoredResource? Row { get; set; }

    /// <summary>Why the row as it stands could not be compiled; what it was compiled to before stays.</summary>
    public string? Problem { get; set; }

    /// <summary>The trace that was followed last.</summary>
    private string? _followed;

    /// <summary>True when a trace is another than that followed before: what the row is told of it comes back in the same one.</summary>
    /// <param name="trace">A W3C traceparent.</param>
    public bool Follow(string? trace)
    {
        // version-trace-span-flags
        string? id = trace?.Split('-') is [_, var found, ..] ? found : null;
        if (id is null || id == _followed)
            return false;
        _followed = id;
        return true;
    }

    /// <summary>For which revision and outcome the row was last told, by router.</summary>
    public string?[] Told { get; } = new string?[routers];

    public Compiled On(int router) => _compiled[router];

    public void Put(int router, Compiled compiled) => _compiled[router] = compiled;
}
