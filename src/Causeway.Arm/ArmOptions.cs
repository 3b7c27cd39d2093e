using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>Settings of the ARM conventions.</summary>
public sealed record ArmOptions
{
    /// <summary>Longest request body, bytes.</summary>
    public int MostBodyBytes { get; init; } = 1 << 20;

    /// <summary>Deepest nesting of a request body.</summary>
    public int MostJsonDepth { get; init; } = 32;

    /// <summary>The address clients use, without trailing slash, when it is not the one that requests carry (behind a proxy); else null.</summary>
    public string? PublicEndpoint { get; init; }

    /// <summary>Requests per subscription and principal; null is no limit.</summary>
    public ThrottleLimits? Throttle { get; init; }

    internal string BaseOf(HttpRequest request) => PublicEndpoint ?? $"{request.Scheme}://{request.Host.Value}";
}

/// <summary>Token buckets, each holding an hour's worth at most and refilled evenly (units: requests per hour).</summary>
public sealed record ThrottleLimits(int ReadsPerHour = 12_000, int WritesPerHour = 1_200, int DeletesPerHour = 15_000);
