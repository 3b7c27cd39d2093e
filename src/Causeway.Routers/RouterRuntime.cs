using Causeway.Domain.Routers;

namespace Causeway.Routers;

/// <summary>One router of a group as its reconciler knows it: what it was last read to be, what it shall be, and what is in the way.</summary>
internal sealed class RouterRuntime(GroupMember member, IRouterDriver driver, HistoryWriter history)
{
    private static readonly TimeSpan ShortestBackOff = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    public GroupMember Member => member;
    public IRouterDriver Driver => driver;
    public string Name => member.Router.Name;

    /// <summary>What its sessions were.</summary>
    public HistoryWriter History => history;

    /// <summary>What it was last read to be; null before, and after it was let go.</summary>
    public volatile RouterReport? Report;

    /// <summary>The intent it shall be, as far as the driver can do it.</summary>
    public RouterIntent? Wanted;

    /// <summary>The fingerprint of the intent that was compiled last, before anything was left out.</summary>
    public string Compiled = "";

    /// <summary>Generation of the group's maintenance that <see cref="Wanted"/> was compiled with.</summary>
    public long Maintenance;

    /// <summary>By instance: what the rows themselves could not be compiled to.</summary>
    public IReadOnlyDictionary<string, string> CompileFaults = new Dictionary<string, string>();

    /// <summary>By instance: what was left out of the intent, and why.</summary>
    public IReadOnlyDictionary<string, string> LeftOut = new Dictionary<string, string>();

    /// <summary>Rows that could not be compiled for it.</summary>
    public IReadOnlyList<RowFault> Faults = [];

    /// <summary>True when the last report is what is wanted, whole.</summary>
    public bool IsInPlace;

    /// <summary>Why it could not be given anything; null when it could.</summary>
    public string? Away;
    public DateTimeOffset? AwaySince;

    /// <summary>A call that did not end in time and does not heed its cancellation: until it ends the router is given nothing more.</summary>
    public Task? Stuck;

    /// <summary>Monotonic timestamp of the last failure, and how many there were in a row.</summary>
    public long FailedAt;
    public int Failures;

    /// <summary>Monotonic timestamp of the last reading; 0 for never.</summary>
    public long ReadAt;

    /// <summary>What stands in the store of it: by key, the body that was written.</summary>
    public Dictionary<string, ReadOnlyMemory<byte>> Written { get; } = [];
    public long WrittenAt;

    /// <summary>Set by the driver: something changed.</summary>
    public int Dirty;

    /// <summary>How long to rest after the last failure: doubled with each, jittered by a quarter.</summary>
    public TimeSpan BackOff
    {
        get
        {
            double seconds = Math.Min(LongestBackOff.TotalSeconds, ShortestBackOff.TotalSeconds * Math.Pow(2, Math.Min(Failures - 1, 16)));
            // The same for one failure as often as it is asked.
            double jitter = (FailedAt & 0xff) / 1024.0;
            return TimeSpan.FromSeconds(seconds * (0.75 + jitter));
        }
    }

    /// <summary>How long until it may be tried again; zero when it may.</summary>
    public TimeSpan UntilRetry(TimeProvider time) =>
        Failures == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, (BackOff - time.GetElapsedTime(FailedAt)).Ticks));

    public void Failed(TimeProvider time)
    {
        Failures++;
        FailedAt = time.GetTimestamp();
    }

    /// <summary>Everything is unknown: another node has it, or had it.</summary>
    public void Forget()
    {
        Report = null;
        IsInPlace = false;
        ReadAt = 0;
        Failures = 0;
        Away = null;
        AwaySince = null;
        Written.Clear();
        history.Forget();
    }
}
