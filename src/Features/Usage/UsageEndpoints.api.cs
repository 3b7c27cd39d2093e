using System.Globalization;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Usage;
using Causeway.Domain.Topology;
using Causeway.Domain.Usage;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Usage;

/// <summary>
/// <c>GET /subscriptions/{s}/providers/Causeway.Billing/usageRecords?from=…&amp;to=…</c>: the meters of a subscription's circuits and ports, computed from the
/// journal page by page. <c>from</c> is inclusive and defaults to the beginning of this month, <c>to</c> is exclusive and defaults to now; both are UTC
/// instants or days (2026-11-01). An own namespace, because no public one has a record without a price.
/// </summary>
public sealed class UsageEndpoints(Engine engine, Func<NetworkTopology> topology) : IEndpoints
{
    public static ArmType Type { get; } = Namespaces.Billing.Type("usageRecords") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(Type, ArmLevel.Subscription)
            .ListInSubscription(
                ListAsync,
                () => UsageContract.Default.UsageRecordBody,
                new ArmParameter("from", "A day or an instant, UTC, inclusive; the beginning of this month when absent."),
                new ArmParameter("to", "A day or an instant, UTC, exclusive; now when absent.")
            );

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        DateTimeOffset now = request.Now;
        var problems = new List<Refusal>();
        if (page.Refusal is { } wrong)
            problems.Add(wrong);
        DateTimeOffset from = Instant("from", new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero));
        DateTimeOffset to = Instant("to", now);
        if (problems.Count == 0 && from >= to)
            problems.Add(Refusal.Invalid("InvalidQueryParameterValue", $"'from' ({from:O}) has to be before 'to' ({to:O})."));
        if (problems.Count > 0)
            return Refusal.Of(problems);

        // What has not happened yet is not used yet; and all pages end at the instant at which the first did.
        if ((page.After is null ? new UsageCursor(to < now ? to : now) : UsageCursor.Parse(page.After)) is not { } cursor)
            return Refusal.Invalid(
                "InvalidQueryParameterValue",
                "'$skipToken' is not one that this server gave: follow 'nextLink' as it stands."
            );
        UsagePage found = await UsagePage.ReadAsync(engine.Store, request.Id, from, cursor, page.Most, request.Aborted);
        PriceList prices = topology().Prices;
        return await request.ListAsync(
            found.Records,
            found.Next?.ToString(),
            r => r.Resource,
            r => Body(r, prices),
            UsageContract.Default.UsageRecordBody
        );

        DateTimeOffset Instant(string name, DateTimeOffset otherwise)
        {
            if (request.Query(name) is not { Length: > 0 } text)
                return otherwise;
            if (
                DateTimeOffset.TryParse(
                    text,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                    out DateTimeOffset instant
                )
            )
                return instant;
            problems.Add(
                Refusal.Invalid(
                    "InvalidQueryParameterValue",
                    $"'{name}' is not a day or an instant: write 2026-11-01 or 2026-11-01T12:00:00Z.",
                    name
                )
            );
            return otherwise;
        }
    }

    private static UsageRecordBody Body(UsageRecord record, PriceList prices)
    {
        string name = $"{record.ServiceKey}-{record.Meter}-{record.Start.UtcTicks.ToString(CultureInfo.InvariantCulture)}";
        decimal? cost = record.CostAt(prices);
        return new(
            name,
            $"/subscriptions/{record.Resource.Subscription}/providers/{Type.FullName}/{name}",
            Type.FullName,
            new UsageProperties
            {
                ResourceId = record.Resource.Text,
                ServiceKey = record.ServiceKey,
                Meter = record.Meter.ToString(),
                MeterName = record.MeterName,
                PeeringLocation = record.PeeringLocation,
                ServiceProviderName = record.ServiceProvider.Length > 0 ? record.ServiceProvider : null,
                UsageStart = record.Start,
                UsageEnd = record.End,
                Running = record.Running,
                Unit = "hours",
                Quantity = decimal.Round(record.Hours, 6),
                UnitPrice = cost is null ? null : prices.PerHour[record.MeterName],
                Cost = cost,
                Currency = cost is null ? null : prices.Currency,
            }
        );
    }
}

/// <summary>Meters, computed from the journal.</summary>
public sealed class Usage : Feature
{
    protected internal override void Define(FeatureBuilder f) => f.Types(UsageEndpoints.Type).Endpoints<UsageEndpoints>();
}
