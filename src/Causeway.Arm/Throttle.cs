using System.Collections.Concurrent;
using Causeway.Primitives;
using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>
/// Requests of one principal in one subscription, by token bucket: as many as the limit at once, refilled evenly over an hour. Counted per node.
/// </summary>
internal sealed class Throttle(ThrottleLimits limits, TimeProvider clock)
{
    /// <summary>What is counted apart.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["reads", "writes", "deletes"];

    private const string Header = "x-ms-ratelimit-remaining-subscription-";

    private readonly ConcurrentDictionary<(string Subscription, string Principal, string Kind), Bucket> _buckets = new();

    /// <summary>Null to go on; else the 429. Either way the response says what is left.</summary>
    public ArmResult? Take(ArmRequest request, string subscription)
    {
        (string kind, int limit) =
            HttpMethods.IsGet(request.Endpoint.Method) || HttpMethods.IsHead(request.Endpoint.Method) ? ("reads", limits.ReadsPerHour)
            : HttpMethods.IsDelete(request.Endpoint.Method) ? ("deletes", limits.DeletesPerHour)
            : ("writes", limits.WritesPerHour);
        Bucket bucket = _buckets.GetOrAdd((subscription, request.Caller.ObjectId, kind), _ => new Bucket(limit, clock.GetTimestamp()));
        (bool taken, int left, int wait) = bucket.Take(limit, clock);
        request.AnswerHeaders[Header + kind] = left.ToString();
        if (!taken)
            ArmTelemetry.Throttle(kind);
        return taken
            ? null
            : new ArmResult.Refused(
                new Refusal(
                    RefusalKind.Throttled,
                    "SubscriptionRequestsThrottled",
                    $"Number of '{kind}' for subscription '{subscription}' exceeded the limit of {limit} per hour. Please try again after '{wait}' seconds."
                ),
                Gateway: true
            )
            {
                RetryAfter = wait,
            };
    }

    private sealed class Bucket(double tokens, long since)
    {
        private readonly Lock _gate = new();
        private double _tokens = tokens;
        private long _since = since;

        public (bool Taken, int Left, int WaitSeconds) Take(int limit, TimeProvider clock)
        {
            lock (_gate)
            {
                long now = clock.GetTimestamp();
                double perSecond = limit / 3600d;
                _tokens = Math.Min(limit, _tokens + clock.GetElapsedTime(_since, now).TotalSeconds * perSecond);
                _since = now;
                if (_tokens < 1)
                    return (false, 0, Math.Max(1, (int)Math.Ceiling((1 - _tokens) / perSecond)));
                _tokens--;
                return (true, (int)_tokens, 0);
            }
        }
    }
}
