namespace Causeway.Domain.Routers;

/// <summary>The routers of the installation as readers of their state see them, the same on every node.</summary>
public interface IRouters
{
    /// <summary>
    /// What is known of one instance on a router: read from the router now where this node drives it, else what its owner last wrote down. Null when nobody
    /// has read it.
    /// </summary>
    ValueTask<Seen<InstanceReport>?> InstanceAsync(string router, string instance, CancellationToken cancellation);

    /// <summary>The router itself, as its owner last wrote it down; null when nobody has.</summary>
    ValueTask<Seen<RouterHead>?> HeadAsync(string router, CancellationToken cancellation);

    /// <summary>The router to ask for routes; null on a node that does not drive it.</summary>
    IRouterReader? Reader(string router);
}

/// <summary>Something that was read from a router.</summary>
/// <param name="At">When it was last known to be so.</param>
/// <param name="IsNow">It was read from the router for this answer; else it is as old as <paramref name="At"/> says, and its counts are no verdict.</param>
public sealed record Seen<T>(T Value, DateTimeOffset At, bool IsNow)
    where T : class;
