using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>
/// What has to be done to a router so that it is what an intent says: the intent, and the difference to what is there, as people read it. Pure; applying it
/// gives the driver the whole intent all the same.
/// </summary>
public sealed record RouterPlan(RouterIntent Intent, EquatableArray<InstanceChange> Changes)
{
    /// <summary>The router is what the intent says.</summary>
    public bool IsEmpty => Changes.IsEmpty;

    /// <param name="now">What the router was read to be; null when it was never read.</param>
    public static RouterPlan Of(RouterIntent intent, RouterReport? now)
    {
        Dictionary<string, InstanceReport> there = (now?.Instances ?? []).ToDictionary(i => i.Name, StringComparer.Ordinal);
        var changes = new List<InstanceChange>();
        foreach (InstanceIntent wanted in intent.Instances)
        {
            if (!there.Remove(wanted.Name, out InstanceReport? found))
                changes.Add(new InstanceChange(wanted.Name, ChangeKind.Add, [.. IntentText.Of(wanted).Select(l => "+ " + l)]));
            else if (found.Revision != wanted.Fingerprint || found.Problem is not null)
                changes.Add(new InstanceChange(wanted.Name, ChangeKind.Change, Difference(found.Lines, IntentText.Of(wanted))));
        }
        changes.AddRange(
            there.Values.Select(gone => new InstanceChange(gone.Name, ChangeKind.Remove, [.. gone.Lines.Select(l => "- " + l)]))
        );
        return new RouterPlan(intent, [.. changes.OrderBy(c => c.Instance, StringComparer.Ordinal)]);
    }

    /// <summary>The difference in the form of a patch: lines that go begin with <c>-</c>, lines that come with <c>+</c>.</summary>
    public override string ToString() => IsEmpty ? "nothing changes" : string.Join('\n', Changes.SelectMany(c => c.Lines));

    /// <summary>Lines that went and lines that came; where both texts agree only the line of the session it is under is kept.</summary>
    private static EquatableArray<string> Difference(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        // Longest common subsequence: the texts of an instance are short, or differ in few sessions; what is equal at both ends is left out first.
        int head = 0;
        while (head < before.Count && head < after.Count && before[head] == after[head])
            head++;
        int tail = 0;
        while (tail < before.Count - head && tail < after.Count - head && before[^(tail + 1)] == after[^(tail + 1)])
            tail++;
        var lines = new List<string>();
        if (after.Count > 0)
            lines.Add("  " + after[0]);
        string? under = after.Take(head).LastOrDefault(l => l.StartsWith("  session ", StringComparison.Ordinal));
        if (under is not null && head < after.Count - tail && after[head].StartsWith("    ", StringComparison.Ordinal))
            lines.Add("  " + under);
        lines.AddRange(before.Skip(head).Take(before.Count - head - tail).Except(after).Select(l => "- " + l));
        lines.AddRange(after.Skip(head).Take(after.Count - head - tail).Except(before).Select(l => "+ " + l));
        return [.. lines];
    }
}

/// <param name="Lines">Each with <c>+ </c>, <c>- </c> or two spaces before it.</param>
public sealed record InstanceChange(string Instance, ChangeKind Kind, EquatableArray<string> Lines);

public enum ChangeKind
{
    Add,
    Change,
    Remove,
}
