using Causeway.Primitives;

namespace Causeway.Registries.Rpki.Rtr;

/// <summary>What a client knows of one cache. Immutable; replaced whole.</summary>
/// <param name="Connected">Whether a session is up now.</param>
/// <param name="Version">The protocol version spoken, or last spoken.</param>
/// <param name="Session">The session that <paramref name="Table"/> came in; null before the first complete answer.</param>
/// <param name="Serial">The cache's serial of <paramref name="Table"/>.</param>
/// <param name="Table">What the cache said, complete as of <paramref name="Serial"/>; null before the first answer.</param>
/// <param name="AsOf">When the last End of Data came: from here the expire interval runs.</param>
/// <param name="Intervals">The cache's intervals (from version 1 on), or the recommended ones.</param>
/// <param name="Problem">Why there is no session, or why the last one ended; null when all is well.</param>
public sealed record RtrCacheState(
    bool Connected,
    byte Version,
    ushort? Session,
    uint? Serial,
    VrpTable? Table,
    DateTimeOffset? AsOf,
    RtrIntervals Intervals,
    string? Problem
)
{
    /// <summary>VRPs that the last whole answer announced more than once; each counts once.</summary>
    public int Repeated { get; init; }

    /// <summary>From version 2 on.</summary>
    public RtrAspas Aspas { get; init; } = RtrAspas.Empty;

    internal static readonly RtrCacheState Initial = new(
        false,
        RtrCodec.HighestVersion,
        null,
        null,
        null,
        null,
        RtrIntervals.Default,
        "not connected yet"
    );

    /// <summary>When the data must no longer be relied upon (RFC 8210 §6).</summary>
    public DateTimeOffset? ExpiresAt => AsOf + TimeSpan.FromSeconds(Intervals.Expire);

    public bool IsCurrent(DateTimeOffset now) => Table is not null && now < ExpiresAt;
}
