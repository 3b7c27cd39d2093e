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
);

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

    /// <summary>Raised when something that a report shows has changed. May be raised too often, and from any thread.</summary>
    event Action? Changed;
}

/// <summary>A part of an intent that this kind of router cannot do.</summary>
/// <param name="Session">Null when it is about the whole instance.</param>
/// <param name="Code">Stable: <c>BfdNotSupported</c>, <c>AddressInUse</c>.</param>
/// <param name="Says">What is wrong, for people.</param>
public sealed record CapabilityIssue(string Instance, string? Session, string Code, string Says);

/// <summary>Something was done under a lease that is over: another node drives the router.</summary>
public sealed class SupersededException(string router, long epoch, long seen)
    : InvalidOperationException($"Router {router} refuses what was made under epoch {epoch}: epoch {seen} has been there.");
