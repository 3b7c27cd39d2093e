using System.Text.Json.Serialization;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Routers;

/// <summary>How a session was when it was measured, once in each <see cref="SessionHistory.Every"/>.</summary>
/// <param name="Minute">Of its day, UTC.</param>
public sealed record SessionSample([property: JsonPropertyName("t")] int Minute)
{
    /// <summary>RFC 4271 §8.2.2 name; null for Established, which most are.</summary>
    [JsonPropertyName("s")]
    public string? Down { get; init; }

    /// <summary>Routes held before policy; null where the router cannot say.</summary>
    [JsonPropertyName("r")]
    public int? Received { get; init; }

    [JsonPropertyName("a")]
    public int? Accepted { get; init; }

    [JsonPropertyName("n")]
    public int? Announced { get; init; }

    /// <summary>How many were refused for which reason (docs/reasons.md); null for none.</summary>
    [JsonPropertyName("x")]
    public IReadOnlyList<RefusedCount>? Refused { get; init; }

    /// <summary>How often the session was seen to end since the sample before; null for never.</summary>
    [JsonPropertyName("f")]
    public int? Flaps { get; init; }

    public static SessionSample Of(SessionReport session, DateTimeOffset at, int flaps) =>
        new((int)at.UtcDateTime.TimeOfDay.TotalMinutes)
        {
            Down = session.IsEstablished ? null : session.State,
            Received = session.Received,
            Accepted = session.Accepted,
            Announced = session.Announced,
            Refused = session.Refused.Count == 0 ? null : session.Refused,
            Flaps = flaps == 0 ? null : flaps,
        };
}

/// <summary>
/// What sessions were, quarter-hour by quarter-hour, for thirty days. A row holds one session's day, so that what is too old goes by days, and what one writes is bounded.
/// Where nothing was measured there is no sample.
/// </summary>
public static class SessionHistory
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    /// <summary>So many days are kept, today beside them.</summary>
    public const int KeptDays = 30;

    /// <summary>All of it, by day.</summary>
    public const string Root = "history/";

    public static string OfDay(DateOnly day) => $"{Root}{day:yyyy-MM-dd}/";

    public static string OfRouter(DateOnly day, string router) => $"{OfDay(day)}{router.ToLowerInvariant()}/";

    public static string KeyOf(DateOnly day, string router, string instance, string session) =>
        $"{OfRouter(day, router)}{instance}/{session}";

    /// <summary>The day of a key; null for one that is of something else.</summary>
    public static DateOnly? DayOf(string key) =>
        key.StartsWith(Root, StringComparison.Ordinal)
        && DateOnly.TryParseExact(
            key.AsSpan(Root.Length, Math.Min(10, key.Length - Root.Length)),
            "yyyy-MM-dd",
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.None,
            out DateOnly day
        )
            ? day
            : null;

    /// <summary>What a row holds.</summary>
    public static IReadOnlyList<SessionSample> Read(Observation row) =>
        System.Text.Json.JsonSerializer.Deserialize(row.Body.Span, SessionHistoryJson.Default.IReadOnlyListSessionSample) ?? [];

    /// <summary>How often sessions ended between two readings of a router.</summary>
    public static IEnumerable<(string Instance, string Session)> Ended(RouterReport before, RouterReport now)
    {
        Dictionary<string, InstanceReport> was = before.Instances.ToDictionary(i => i.Name, StringComparer.Ordinal);
        foreach (InstanceReport instance in now.Instances)
        {
            if (!was.TryGetValue(instance.Name, out InstanceReport? old))
                continue;
            Dictionary<string, SessionReport> sessions = old.Sessions.ToDictionary(s => s.Name, StringComparer.Ordinal);
            foreach (SessionReport session in instance.Sessions)
                if (
                    sessions.TryGetValue(session.Name, out SessionReport? last)
                    && last.IsEstablished
                    && (!session.IsEstablished || session.Since > last.Since)
                )
                    yield return (instance.Name, session.Name);
        }
    }
}

/// <summary>How samples stand in the store.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IReadOnlyList<SessionSample>))]
public sealed partial class SessionHistoryJson : JsonSerializerContext;
