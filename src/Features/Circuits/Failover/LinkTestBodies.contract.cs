namespace Causeway.Contracts.Circuits;

/// <summary>A failover test of a circuit's link, as <c>getCircuitLinkFailoverAllTestsDetails</c> lists it.</summary>
/// <param name="Status"><c>Starting</c>, <c>Running</c>, <c>Stopping</c>, <c>Completed</c>, or <c>Expired</c> when it ended by itself.</param>
/// <param name="TestType"><c>SingleSiteFailover</c>.</param>
/// <param name="WasSimulationSuccessful">What who stopped it said; absent while it runs, and when nobody did.</param>
/// <param name="CircuitTestCategory"><c>BgpDisconnect</c> or <c>ASPathPrepend</c>.</param>
/// <param name="LinkType">The link taken out: <c>Primary</c> or <c>Secondary</c>.</param>
public sealed record LinkTestBody(
    string Status,
    DateTimeOffset StartTime,
    DateTimeOffset? EndTime,
    Guid TestGuid,
    string TestType,
    IReadOnlyList<string> Issues,
    bool? WasSimulationSuccessful,
    string CircuitTestCategory,
    string LinkType,
    IReadOnlyList<LinkSessionBody> BgpStatus
);

/// <summary>The same test with its routes, as <c>getCircuitLinkFailoverSingleTestDetails</c> has it.</summary>
/// <param name="RedundantRoutes">Routes that both links have.</param>
/// <param name="NonRedundantRoutes">Routes that came over the tested link alone.</param>
public sealed record LinkTestDetailsBody(
    DateTimeOffset StartTimeUtc,
    DateTimeOffset? EndTimeUtc,
    string Status,
    bool? WasSimulationSuccessful,
    string LinkType,
    string CircuitTestCategory,
    bool? IsSimulationVerified,
    LinkTestRoutesBody? RedundantRoutes,
    LinkTestRoutesBody? NonRedundantRoutes,
    IReadOnlyList<LinkSessionBody> BgpStatus
);

/// <param name="BeforeSimulation">Absent where it was not kept.</param>
/// <param name="DuringSimulation">As the routers have them now; absent when the test does not run.</param>
public sealed record LinkTestRoutesBody(
    IReadOnlyList<LinkTestRouteBody>? BeforeSimulation,
    IReadOnlyList<LinkTestRouteBody>? DuringSimulation
);

/// <param name="NextHop">Of the link that has it.</param>
public sealed record LinkTestRouteBody(string Route, string? NextHop, string? PrimaryASPath, string? SecondaryASPath);

/// <param name="Type"><c>IPv4</c> or <c>IPv6</c>.</param>
/// <param name="Link"><c>Primary</c> or <c>Secondary</c>.</param>
/// <param name="Status"><c>Connected</c>, <c>Disconnected</c>, or <c>Undefined</c> when the router could not be read.</param>
public sealed record LinkSessionBody(string Type, string Link, string Status, DateTimeOffset CheckTimeUtc);

/// <summary>How a test is stopped.</summary>
public sealed record StopLinkTestBody
{
    /// <summary><c>Primary</c> or <c>Secondary</c>; the running test's when absent.</summary>
    public string? LinkType { get; init; }

    /// <summary><c>BgpDisconnect</c> or <c>ASPathPrepend</c>; the running test's when absent.</summary>
    public string? CircuitTestCategory { get; init; }

    /// <summary>Whether traffic went over the other link as it should.</summary>
    public bool? WasSimulationSuccessful { get; init; }

    /// <summary>Whether somebody looked.</summary>
    public bool? IsVerified { get; init; }
}
