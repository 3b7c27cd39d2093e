using System.Diagnostics;
using System.Diagnostics.Metrics;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>What can be traced and measured of requests, beside what ASP.NET Core tells of them; nothing of it costs anything while nobody listens.</summary>
public static class ArmTelemetry
{
    public const string Name = "Causeway.Arm";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Throttled = Meter.CreateCounter<long>(
        "causeway.requests.throttled",
        "{request}",
        "Requests that were refused because their principal had made too many."
    );

    /// <summary>A request, named by the action that it needs.</summary>
    internal static Activity? Request(ArmRequest request) =>
        Source.HasListeners()
            ? Source
                .StartActivity(request.Endpoint.Action)
                ?.SetTag("causeway.correlation_id", request.CorrelationId)
                .SetTag("causeway.request_id", request.RequestId)
            : null;

    internal static void Answered(Activity? activity, ArmRequest request, ArmResult result)
    {
        if (activity is null)
            return;
        activity.SetTag("causeway.resource", request.Scope?.Text).SetTag("causeway.api_version", request.ApiVersion);
        if (result is ArmResult.Refused { Refusal: { } refusal })
            activity.SetTag("causeway.error_code", refusal.Code);
    }

    /// <summary>The counter is 0 from now on for each kind.</summary>
    public static void Begin()
    {
        foreach (string kind in Causeway.Arm.Throttle.Kinds)
            Throttled.Add(0, new KeyValuePair<string, object?>("kind", kind));
    }

    /// <param name="kind">reads, writes or deletes.</param>
    internal static void Throttle(string kind) => Throttled.Add(1, new KeyValuePair<string, object?>("kind", kind));
}
