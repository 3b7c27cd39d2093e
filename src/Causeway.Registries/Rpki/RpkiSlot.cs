using Causeway.Primitives;

namespace Causeway.Registries.Rpki;

/// <summary>One configured source: its last good state, what is held back, and what is wrong. Changed only under the service's lock.</summary>
internal sealed class RpkiSlot(string name, string kind)
{
    public string Name => name;
    public string Kind => kind;

    /// <summary>What is in use of this source.</summary>
    public RpkiSource? Good { get; set; }

    /// <summary>What the shrink guard keeps from replacing it.</summary>
    public RpkiSource? Held { get; private set; }

    public string? Problem { get; private set; }

    public DateTimeOffset? LastRefresh { get; private set; }

    /// <summary>The age of what was offered last, taken or held.</summary>
    public DateTimeOffset? LastOffer { get; private set; }

    /// <summary>Takes a new state, or holds it; true when <see cref="Good"/> changed. Without a guard, everything is taken.</summary>
    public bool Offer(RpkiSource candidate, ShrinkGuard? guard, DateTimeOffset now)
    {
        LastOffer = candidate.AsOf;
        if (
            Good is { Table: var inUse }
            && guard?.Judge("VRPs", inUse.Count, Gone(inUse, candidate.Table), candidate.Table.Count) is { } objection
        )
        {
            Held = candidate;
            Problem = objection;
            return false;
        }
        Good = candidate;
        Held = null;
        Problem = null;
        LastRefresh = now;
        return true;
    }

    /// <summary>Of what differs, each is in one of the two.</summary>
    private static int Gone(VrpTable before, VrpTable after) => (VrpTable.Difference(before, after).Count + before.Count - after.Count) / 2;

    /// <summary>Notes that a refresh failed; what is held stays held.</summary>
    public void Fail(string problem) => Problem = Held is null ? problem : $"{problem}; and before that: {Problem}";

    /// <param name="session">What is wrong with the source's session now, when it has one.</param>
    /// <param name="expiresAt">When what is in use is too old.</param>
    public SourceStatus Status(string? session, DateTimeOffset? expiresAt) =>
        new(
            name,
            kind,
            Good?.Table.Count ?? 0,
            Good?.Serial,
            Good?.AsOf,
            LastRefresh,
            string.Join("; ", new[] { Problem, session }.OfType<string>()) is { Length: > 0 } p ? p : null
        )
        {
            Aspas = Good?.Aspas.Count ?? 0,
            HoldsBack = Held is not null,
            ExpiresAt = expiresAt,
            Rejected = Good?.Rejected ?? new Dictionary<string, long>(),
        };
}
