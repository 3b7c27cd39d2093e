using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>What may be asked of a router by whoever may not change it.</summary>
public interface IRouterReader
{
    /// <summary>Router name in the topology.</summary>
    string Router { get; }

    /// <summary>What the router is now, read from the router. Revision is empty before the first intent.</summary>
    Task<RouterReport> ReadAsync(CancellationToken cancellation);

    /// <summary>Routes that answer a question, as they stand in the router's tables; in order of session and prefix.</summary>
    IAsyncEnumerable<RouteReport> RoutesAsync(RouteQuestion question, CancellationToken cancellation);
}

/// <summary>Which routes.</summary>
/// <param name="Session">Null for all sessions of the instance.</param>
/// <param name="Prefix">Only this prefix and what lies inside it; null for all.</param>
/// <param name="Limit">At most this many.</param>
public sealed record RouteQuestion(
    string Instance,
    string? Session = null,
    RouteDirection Direction = RouteDirection.Received,
    RouteStage Stage = RouteStage.All,
    IpPrefix? Prefix = null,
    int Limit = int.MaxValue
)
{
    /// <summary>Only <see cref="Prefix"/> itself, not what lies inside it: found without a walk through the table.</summary>
    public bool IsExact { get; init; }
}

public enum RouteDirection
{
    Received,
    Announced,
}

/// <summary>Of received routes: which.</summary>
public enum RouteStage
{
    All,
    Accepted,
    Refused,
}

/// <summary>
/// Drives one router. Whatever it is made of, it takes a whole intent, and says what is so. Calls may come at any time and from several threads. What is in
/// place already is not done again: to a session that does not change nothing is sent, not even the routes it has.
/// </summary>
public interface IRouterDriver : IRouterReader, IAsyncDisposable
{
    /// <summary>What of an intent this kind of router cannot do; found before anything is rendered. Pure.</summary>
    IReadOnlyList<CapabilityIssue> Check(RouterIntent intent);

    /// <summary>What would be done so that the router is what the intent says. Pure.</summary>
    /// <param name="now">The last report; null when there is none.</param>
    RouterPlan Plan(RouterIntent intent, RouterReport? now);

    /// <summary>
    /// Makes the router be what the plan's intent says, reads back, confirms or reverts, and answers what is so then (sessions need not be up). What of it the
    /// router did not take is said per instance; the rest is applied.
    /// </summary>
    /// <param name="epoch">Of the lease under which this is done. A driver that has seen a later one refuses.</param>
    /// <exception cref="SupersededException">A later epoch has been here.</exception>
    Task<RouterReport> ApplyAsync(RouterPlan plan, long epoch, CancellationToken cancellation);

    /// <summary>
    /// Another node drives this router from now on. A router that lives in this process ends: its sessions must not stand beside those of the other node. One
    /// that stands somewhere else is left as it is.
    /// </summary>
    Task ReleaseAsync(CancellationToken cancellation);

    /// <summary>
    /// This process ends in order, and the router is to come back, here or on another node. One that lives in this process ends its sessions so that peers keep
    /// its routes meanwhile (RFC 4724); one that stands somewhere else goes on. Nothing is applied afterwards; the driver is disposed of next.
    /// </summary>
    /// <returns>What the process that drives it next should be told by <see cref="ResumeAsync"/>; null when there is nothing.</returns>
    Task<RouterRestart?> SuspendAsync(CancellationToken cancellation) => Task.FromResult<RouterRestart?>(null);

    /// <summary>
    /// Called before anything is applied under a new lease: how the process that drove the router before has ended it. It may be long ago, and of no use any
    /// more; after the first apply it says nothing new.
    /// </summary>
    Task ResumeAsync(RouterRestart before, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Raised when something that a report shows has changed. May be raised too often, and from any thread.</summary>
    event Action? Changed;
}

/// <summary>A router that was ended to come back.</summary>
/// <param name="At">When its sessions were closed, UTC, by the clock of the node that did.</param>
/// <param name="Within">How long its peers keep its routes from then on.</param>
/// <param name="Kept">The sessions whose peers do.</param>
public sealed record RouterRestart(DateTimeOffset At, TimeSpan Within, IReadOnlyList<KeptSession> Kept)
{
    /// <summary>How long peers still keep the routes; zero when they do no more. A clock that is behind the writer's makes it no longer than it was.</summary>
    public TimeSpan LeftAt(DateTimeOffset now)
    {
        TimeSpan left = At + Within - now;
        return left < TimeSpan.Zero ? TimeSpan.Zero
            : left > Within ? Within
            : left;
    }
}

/// <summary>A session whose peer keeps our routes.</summary>
public sealed record KeptSession(string Instance, string Session);

/// <summary>A part of an intent that this kind of router cannot do.</summary>
/// <param name="Session">Null when it is about the whole instance.</param>
/// <param name="Code">Stable: <c>BfdNotSupported</c>, <c>AddressInUse</c>.</param>
/// <param name="Says">What is wrong, for people.</param>
public sealed record CapabilityIssue(string Instance, string? Session, string Code, string Says);

/// <summary>Something was done under a lease that is over: another node drives the router.</summary>
public sealed class SupersededException(string router, long epoch, long seen)
    : InvalidOperationException($"Router {router} refuses what was made under epoch {epoch}: epoch {seen} has been there.");
