using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Server.Topology;

/// <summary>
/// The topology as this node works with it. Theory of operation: the text lies in the store, one document with a revision; every node parses it for itself
/// and is told when it changes. A change is planned first: what would go from under circuits refuses it, with the circuits named, and the commit looks
/// again inside its transaction, so that a circuit that lands at the same moment is either seen or made to choose anew.
/// </summary>
public sealed partial class LiveTopology : IDisposable
{
    /// <summary>So many circuits are named in a refusal.</summary>
    private const int MostNamed = 5;

    private readonly Engine _engine;
    private readonly TopologyWorkflow _workflow;
    private readonly IReadOnlyList<IOnTopology> _users;
    private readonly TimeProvider _time;
    private ILogger _log = NullLogger.Instance;
    private string? _kept;
    private string? _policyLost;
    private TopologyDefaults? _defaults;
    private volatile Snapshot? _now;

    /// <param name="users">What resources of each type stand on.</param>
    public LiveTopology(IStore store, IReadOnlyList<IOnTopology> users, TimeProvider time)
    {
        _workflow = new TopologyWorkflow();
        (_engine, _users, _time) = (new Engine(store, [_workflow]), users, time);
        Loop = new Reading(this);
        _engine.Store.Announced += Hear;
    }

    /// <summary>Reads it again when it changed somewhere.</summary>
    public Loop Loop { get; }

    /// <summary>The one in force.</summary>
    /// <exception cref="InvalidOperationException">Before it was opened: what stands on the topology is composed while that is read.</exception>
    public NetworkTopology Now => Read.Topology;

    public Versioned<InstalledTopology> Installed => Read.Installed;

    private Snapshot Read => _now ?? throw new InvalidOperationException("The topology is not read yet.");

    private TopologyDefaults Defaults => _defaults ?? throw new InvalidOperationException("The topology is not read yet.");

    /// <summary>Raised after this node works with another topology.</summary>
    public event Action? Changed;

    /// <summary>
    /// The topology at start. The first start installs the file that was given, or the built-in one. Later a file that differs from what is stored is
    /// applied as by <c>topology apply</c>, unless other nodes may be running on the same store: there it changes while they run, or not at all.
    /// </summary>
    /// <exception cref="TopologyException">It cannot be used, or circuits stand on what it takes away.</exception>
    internal async Task OpenAsync(AskedTopology asked, TopologyDefaults defaults, CancellationToken cancellation)
    {
        _defaults = defaults;
        NetworkTopology parsed = TopologyFile.Judge(asked.Document, asked.Written.Source, defaults);
        InstalledTopology wanted = asked.Written with { PolicyFile = parsed.PeeringPolicy.File };
        if (await _engine.ReadAsync(_workflow, InstalledTopology.Only, cancellation) is not { } stored)
        {
            var install = new ApplyTopology(_time.GetUtcNow(), wanted, [], []);
            await _engine.SendAsync(InstalledTopology.Only, _workflow.Type, install, SendContext.Causeway, cancellation);
            // Of two first starts at once, the first one's.
            stored = (await _engine.ReadAsync(_workflow, InstalledTopology.Only, cancellation))!;
        }
        bool same = IsSame(stored, wanted);
        _now = same ? new Snapshot(stored, parsed with { Revision = stored.Revision }) : Snapshot.Of(stored, defaults);
        if (wanted.BuiltIn && !stored.Resource.BuiltIn)
            await KeepPolicyAsync(cancellation);
        if (same || (wanted.BuiltIn && !stored.Resource.BuiltIn))
            return;
        if (DiffersFromShared(stored, wanted) is { } differs)
            throw new TopologyException(differs);
        SendOutcome outcome = await ApplyAsync(wanted, parsed, null, SendContext.Causeway, cancellation);
        if (outcome is SendOutcome.Refused refused)
        {
            if (!wanted.BuiltIn)
                throw Refused(wanted.Source, refused.Refusal);
            _kept = refused.Refusal.Message; // A newer program's built-in one is an offer, not an order.
        }
    }

    /// <summary>What <see cref="OpenAsync"/> would refuse, each by itself; changes nothing.</summary>
    /// <param name="parsed">What the asked one was judged to be.</param>
    /// <exception cref="TopologyException">This program cannot work with the one that is stored.</exception>
    internal async Task<IReadOnlyList<string>> CheckAsync(
        AskedTopology asked,
        NetworkTopology parsed,
        TopologyDefaults defaults,
        CancellationToken cancellation
    )
    {
        if (await _engine.ReadAsync(_workflow, InstalledTopology.Only, cancellation) is not { } stored)
            return [];
        InstalledTopology wanted = asked.Written with { PolicyFile = parsed.PeeringPolicy.File };
        var before = Snapshot.Of(stored, defaults);
        if (IsSame(stored, wanted) || wanted.BuiltIn)
            return [];
        if (DiffersFromShared(stored, wanted) is { } differs)
            return [differs];
        TopologyPlan plan = await PlanAsync(before, parsed, cancellation);
        return plan.Refused.Count > 0 ? Refused(wanted.Source, Refusal.Of(plan.Refused)).Lines : [];
    }

    private static bool IsSame(Versioned<InstalledTopology> stored, InstalledTopology wanted) =>
        (stored.Resource.Text, stored.Resource.PolicyFile) == (wanted.Text, wanted.PolicyFile);

    /// <summary>Why a start may not change the topology of other nodes; null when it may.</summary>
    private string? DiffersFromShared(Versioned<InstalledTopology> stored, InstalledTopology wanted)
    {
        // One that was stored before the policy's file was kept with it only gains that file.
        bool gains = stored.Resource.PolicyFile is null && stored.Resource.Text == wanted.Text;
        return wanted.BuiltIn || !_engine.Store.IsShared || gains
            ? null
            : $"{wanted.Source} differs from the topology of this installation (revision {stored.Revision}, from {stored.Resource.Source}), and other nodes may be working with that one. "
                + $"Start without --topology, and change it while running: causeway topology apply {wanted.Source}";
    }

    /// <summary>Each thing that stands in the way by itself.</summary>
    private static TopologyException Refused(string source, Refusal refusal) =>
        new(source, (refusal.Details.Count > 0 ? refusal.Details : [refusal]).Select(r => new TopologyProblem(null, r.Message)));

    /// <summary>
    /// A topology that names its policy's file, and was stored before that file was kept with it: it is read once more where it lies, and kept. When it cannot be, the built-in
    /// policy holds, and that is said.
    /// </summary>
    private async Task KeepPolicyAsync(CancellationToken cancellation)
    {
        InstalledTopology stored = Installed.Resource;
        TopologyDocument document = TopologyFile.Document(stored.Text, stored.Source);
        if (stored.PolicyFile is not null || document.PeeringPolicy is not { } named || !PolicyReader.IsFile(named))
            return;
        var problems = new TopologyProblems(document, []);
        PublishedPolicy policy = new PolicyReader(problems).Read(named, stored.Source, stored: false, accepted: null);
        if (policy.File is null || problems.All.Count > 0)
        {
            _policyLost = $"{string.Join(" ", problems.All)} Apply the topology again: causeway topology apply {stored.Source}";
            return;
        }
        NetworkTopology whole = Now with { PeeringPolicy = policy };
        await ApplyAsync(stored with { PolicyFile = policy.File }, whole, null, SendContext.Causeway, cancellation);
    }

    /// <summary>The server's log, once there is one.</summary>
    public void LogTo(ILogger<LiveTopology> log)
    {
        _log = log;
        Switched(Now.Revision, Installed.Resource.Source);
        if (_kept is not null)
            KeepsOld(_kept);
        if (_policyLost is not null)
            PolicyLost(_policyLost);
    }

    /// <summary>What another topology would change, and what stands in its way.</summary>
    /// <exception cref="TopologyException">The text is no topology; the message lists every problem.</exception>
    public async Task<TopologyPlan> PlanAsync(string text, string source, CancellationToken cancellation)
    {
        NetworkTopology wanted = TopologyFile.Parse(text, source, Defaults);
        return await PlanAsync(Read, wanted, cancellation);
    }

    /// <summary>Changes it, for every node.</summary>
    /// <param name="expected">The revision that must still be in force; null for any.</param>
    /// <exception cref="TopologyException">The text is no topology; the message lists every problem.</exception>
    public Task<SendOutcome> ApplyAsync(string text, string source, long? expected, SendContext context, CancellationToken cancellation)
    {
        NetworkTopology parsed = TopologyFile.Parse(text, source, Defaults);
        var wanted = new InstalledTopology(text, source, BuiltIn: false) { PolicyFile = parsed.PeeringPolicy.File };
        return ApplyAsync(wanted, parsed, expected, context, cancellation);
    }

    private async Task<SendOutcome> ApplyAsync(
        InstalledTopology wanted,
        NetworkTopology parsed,
        long? expected,
        SendContext context,
        CancellationToken cancellation
    )
    {
        // Whoever names no revision means the one in force: what was planned against one that went meanwhile is planned anew.
        SendOutcome outcome;
        do outcome = await TryAsync(wanted, parsed, expected, context, cancellation);
        while (expected is null && outcome is SendOutcome.Refused { Refusal.Code: AnotherRevision });
        return outcome;
    }

    private async Task<SendOutcome> TryAsync(
        InstalledTopology wanted,
        NetworkTopology parsed,
        long? expected,
        SendContext context,
        CancellationToken cancellation
    )
    {
        await ReadAsync(cancellation);
        Snapshot before = Read;
        if (expected is { } revision && revision != before.Topology.Revision)
            return new SendOutcome.Refused(Outdated(revision, before.Topology.Revision));
        TopologyPlan plan = await PlanAsync(before, parsed, cancellation);
        if (plan.Refused.Count > 0)
            return new SendOutcome.Refused(Refusal.Of(plan.Refused));
        var apply = new ApplyTopology(_time.GetUtcNow(), wanted, plan.Changes, Pulled(before.Topology, parsed));
        SendOutcome outcome = await _engine.SendAsync(
            InstalledTopology.Only,
            _workflow.Type,
            apply,
            context with
            {
                // What was planned holds against this revision only.
                Precondition = row =>
                    row?.Revision == before.Topology.Revision ? null : Outdated(before.Topology.Revision, row?.Revision ?? 0),
            },
            cancellation
        );
        await ReadAsync(cancellation);
        return outcome;
    }

    /// <summary>What the new topology takes away from whatever stands on it.</summary>
    private ImmutableArray<TopologyUse> Pulled(NetworkTopology before, NetworkTopology after) =>
        [.. _users.SelectMany(u => u.Pulled(before, after))];

    private async Task<TopologyPlan> PlanAsync(Snapshot before, NetworkTopology wanted, CancellationToken cancellation)
    {
        var refused = new List<Refusal>();
        foreach (TopologyUse use in Pulled(before.Topology, wanted))
        {
            ResourceQuery standing = use.Quota.Of;
            Page<StoredResource> some = await _engine.Store.ListAsync(standing with { Most = MostNamed }, cancellation);
            if (some.Items.Count == 0)
                continue;
            long all = await _engine.Store.CountAsync(standing, cancellation);
            refused.Add(use.InUse([.. some.Items.Select(c => c.Id.Text)], all - some.Items.Count));
        }
        return new TopologyPlan(before.Topology.Revision, TopologyChange.Between(before.Topology, wanted), refused);
    }

    private async Task<bool> ReadAsync(CancellationToken cancellation)
    {
        if (await _engine.ReadAsync(_workflow, InstalledTopology.Only, cancellation) is not { } stored)
            return false;
        if (stored.Revision == Read.Topology.Revision)
            return false;
        _now = Snapshot.Of(stored, Defaults);
        Switched(stored.Revision, stored.Resource.Source);
        Changed?.Invoke();
        return true;
    }

    private void Hear(string? announced)
    {
        if (announced is null || announced == InstalledTopology.ResourceType)
            Loop.Wake();
    }

    private const string AnotherRevision = "TopologyChanged";

    private static Refusal Outdated(long asked, long actual) =>
        Refusal.Conflict(AnotherRevision, $"The topology has revision {actual} by now, not {asked}: look at it, and plan again.");

    public void Dispose() => _engine.Store.Announced -= Hear;

    [LoggerMessage(6003, LogLevel.Information, "Working with topology revision {Revision}, from {Source}")]
    private partial void Switched(long revision, string source);

    [LoggerMessage(6004, LogLevel.Warning, "The built-in topology of this program is another one, and the one before stays: {Why}")]
    private partial void KeepsOld(string why);

    [LoggerMessage(
        6009,
        LogLevel.Warning,
        "The topology's peering policy is a file that is not stored with it, and the built-in policy holds: {Why}"
    )]
    private partial void PolicyLost(string why);

    private sealed record Snapshot(Versioned<InstalledTopology> Installed, NetworkTopology Topology)
    {
        public static Snapshot Of(Versioned<InstalledTopology> stored, TopologyDefaults defaults) =>
            new(
                stored,
                TopologyFile.ParseStored(
                    stored.Resource.Text,
                    $"The topology of this installation (revision {stored.Revision})",
                    defaults,
                    stored.Resource.PolicyFile
                ) with
                {
                    Revision = stored.Revision,
                }
            );
    }

    private sealed class Reading(LiveTopology live) : Loop("topology")
    {
        /// <summary>A node that misses an announcement is told with the next; this is for what nobody thought of.</summary>
        private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

        public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
        {
            await live.ReadAsync(cancellation);
            return new TurnResult($"revision {live.Now.Revision}", Every);
        }
    }
}

/// <summary>What a topology would change.</summary>
/// <param name="Revision">Of the topology that it was compared with.</param>
/// <param name="Refused">Why it cannot be applied now; empty when it can.</param>
public sealed record TopologyPlan(
    long Revision,
    System.Collections.Immutable.ImmutableArray<TopologyChange> Changes,
    IReadOnlyList<Refusal> Refused
);

/// <summary>The topology that a server is started with, read and not yet judged.</summary>
internal sealed record AskedTopology(InstalledTopology Written, TopologyDocument Document)
{
    /// <param name="file">Of the setting; null for the built-in one.</param>
    /// <exception cref="TopologyException">It cannot be read.</exception>
    public static AskedTopology Read(string? file)
    {
        InstalledTopology written = file is null
            ? new InstalledTopology(TopologyFile.BuiltIn, "the built-in topology", BuiltIn: true)
            : new InstalledTopology(TopologyFile.ReadText(file), Path.GetFullPath(file), BuiltIn: false);
        return new(written, TopologyFile.Document(written.Text, written.Source));
    }
}
