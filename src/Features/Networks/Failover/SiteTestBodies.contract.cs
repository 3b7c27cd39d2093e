namespace Causeway.Contracts.Networks;

/// <summary>A failover test of a gateway, as <c>getFailoverAllTestsDetails</c> lists it.</summary>
/// <param name="Circuits">The circuits at the tested location.</param>
/// <param name="Status"><c>Starting</c>, <c>Running</c>, <c>Completed</c>, or <c>Expired</c> when it ended by itself.</param>
/// <param name="Connections">The gateway's connections to them.</param>
/// <param name="TestType"><c>SingleSiteFailover</c>.</param>
public sealed record SiteTestBody(
    string PeeringLocation,
    IReadOnlyList<TestedCircuitBody> Circuits,
    string Status,
    DateTimeOffset StartTime,
    DateTimeOffset? EndTime,
    IReadOnlyList<TestedConnectionBody> Connections,
    Guid TestGuid,
    string TestType,
    IReadOnlyList<string> Issues
);

/// <param name="NrpResourceUri">Its id.</param>
public sealed record TestedCircuitBody(string NrpResourceUri, string Name, string ConnectionName);

/// <param name="NrpResourceUri">Its id.</param>
/// <param name="Status"><c>Disconnected</c> while the test holds it back, else <c>Connected</c>.</param>
public sealed record TestedConnectionBody(string NrpResourceUri, string Name, string Status, DateTimeOffset LastUpdatedTime);

/// <summary>The same test with the routes of all sites, as <c>getFailoverSingleTestDetails</c> has it.</summary>
/// <param name="RedundantRoutes">Routes that come at more than one location, as the routers have them now.</param>
/// <param name="NonRedundantRoutes">Routes that come at the tested location alone.</param>
/// <param name="FailoverConnectionDetails">The connections that carry meanwhile.</param>
public sealed record SiteTestDetailsBody(
    string PeeringLocation,
    string Status,
    DateTimeOffset StartTimeUtc,
    DateTimeOffset? EndTimeUtc,
    IReadOnlyList<SiteRoutesBody> RedundantRoutes,
    IReadOnlyList<string> NonRedundantRoutes,
    bool? WasSimulationSuccessful,
    IReadOnlyList<FailoverConnectionBody> FailoverConnectionDetails
);

public sealed record SiteRoutesBody(IReadOnlyList<string> PeeringLocations, IReadOnlyList<string> Routes);

/// <summary>A connection that carries while a site is out.</summary>
/// <param name="IsVerified">Whether who stopped the test said to have looked at it.</param>
public sealed record FailoverConnectionBody(string FailoverConnectionName, string FailoverLocation, bool IsVerified);

/// <summary>How a site's test is stopped.</summary>
public sealed record StopSiteTestBody
{
    /// <summary>The running test's when absent.</summary>
    public string? PeeringLocation { get; init; }

    /// <summary>Whether traffic went over the other sites as it should.</summary>
    public bool? WasSimulationSuccessful { get; init; }
    public IReadOnlyList<FailoverConnectionBody>? Details { get; init; }
}

/// <summary>How well a gateway stands the loss of a link, a router or a site: <c>getResiliencyInformation</c>. Scores are numbers as text, as the real service writes them.</summary>
/// <param name="OverallScore">0 to 100: the sum of the components'.</param>
/// <param name="MinScoreFromRecommendations">What the least recommendation would add.</param>
/// <param name="MaxScoreFromRecommendations">What all recommendations together would add.</param>
/// <param name="NextEligibleComputeTime">The same: it is computed anew whenever it is asked for.</param>
public sealed record ResiliencyBody(
    string OverallScore,
    string MinScoreFromRecommendations,
    string MaxScoreFromRecommendations,
    DateTimeOffset LastComputedTime,
    DateTimeOffset NextEligibleComputeTime,
    IReadOnlyList<ResiliencyComponentBody> Components
);

public sealed record ResiliencyComponentBody(
    string Name,
    string CurrentScore,
    string MaxScore,
    IReadOnlyList<ResiliencyRecommendationBody> Recommendations
);

/// <param name="Severity"><c>High</c>, <c>Medium</c> or <c>Low</c>.</param>
public sealed record ResiliencyRecommendationBody(
    string RecommendationTitle,
    string RecommendationId,
    string RecommendationText,
    string Severity,
    string CallToActionText
);
