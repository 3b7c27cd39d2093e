using System.Globalization;
using Causeway.Arm;
using Causeway.Contracts.Observations;
using Causeway.Contracts.Resources;
using Causeway.Domain.Routers;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Observations;

/// <summary>A session of which somebody asks how it was.</summary>
/// <param name="Of">Which it is of those of its resource.</param>
/// <param name="Instance">As routers name it.</param>
/// <param name="Name">As in <see cref="SessionReport.Name"/>.</param>
public sealed record AskedSession(string Of, string Router, string Instance, string Name, string Family, string Neighbor);

/// <summary>How sessions were: the same on every node, out of what those that drive the routers wrote down.</summary>
public sealed class SessionHistories(IStore store)
{
    private const int MostDays = SessionHistory.KeptDays;

    public static ArmContract Contract { get; } =
        new("ListSessionHistory", "Says how the BGP sessions of a peering were, quarter-hour by quarter-hour.")
        {
            Answer = () => SessionHistoryContract.Default.ListBodySessionHistoryBody,
            Parameters = [new("days", "How many days back, 1 to 30; 1 when absent.")],
            IsOurs = true,
        };

    public async ValueTask<ArmResult> ReadAsync(ArmRequest request, IEnumerable<AskedSession> sessions)
    {
        int days = 1;
        if (
            request.Query("days") is { } wanted
            && (!int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out days) || days is < 1 or > MostDays)
        )
            return Refusal.Invalid("InvalidQueryParameterValue", $"'days' has to be 1 to {MostDays}.", "days");
        DateTimeOffset from = request.Now - TimeSpan.FromDays(days);
        var bodies = new List<SessionHistoryBody>();
        foreach (AskedSession session in sessions)
        {
            var samples = new List<SessionSampleBody>();
            for (
                var day = DateOnly.FromDateTime(from.UtcDateTime);
                day <= DateOnly.FromDateTime(request.Now.UtcDateTime);
                day = day.AddDays(1)
            )
                if (
                    await store.GetObservationAsync(
                        SessionHistory.KeyOf(day, session.Router, session.Instance, session.Name),
                        request.Aborted
                    ) is
                    { } row
                )
                    samples.AddRange(SessionHistory.Read(row).Select(s => Body(day, s)).Where(s => s.At >= from));
            bodies.Add(new SessionHistoryBody(session.Of, session.Router, session.Family, session.Neighbor, samples));
        }
        return ArmResult.Of(new ListBody<SessionHistoryBody>(bodies), SessionHistoryContract.Default.ListBodySessionHistoryBody);
    }

    private static SessionSampleBody Body(DateOnly day, SessionSample sample) =>
        new()
        {
            At = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddMinutes(sample.Minute),
            State = sample.Down ?? "Established",
            PrefixesReceived = sample.Received,
            PrefixesAccepted = sample.Accepted,
            PrefixesAnnounced = sample.Announced,
            PrefixesRefused = sample.Refused is { } refused
                ? [.. refused.Select(r => new RefusedSampleBody(r.Reason, r.Name, r.Routes))]
                : null,
            Flaps = sample.Flaps ?? 0,
        };
}
