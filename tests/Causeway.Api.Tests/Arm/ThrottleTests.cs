using Causeway.Arm;
using Causeway.Server.Configuration;

namespace Causeway.Api.Tests.Arm;

/// <summary>A server with small limits.</summary>
public sealed class ThrottledApi : SqliteApi
{
    protected override ServerSettings Configure(ServerSettings settings) =>
        settings with
        {
            Throttle = new ThrottleLimits(ReadsPerHour: 5, WritesPerHour: 3, DeletesPerHour: 5),
        };
}

public sealed class ThrottleTests(ThrottledApi api) : IClassFixture<ThrottledApi>
{
    private const string R = "?api-version=2021-04-01";

    [Fact]
    public async Task What_is_left_is_told_and_too_much_is_429_for_that_principal_and_subscription_only()
    {
        string path = $"/subscriptions/{api.CustomerSubscription}/resourcegroups{R}";
        for (int left = 4; left >= 0; left--)
            Assert.Equal($"{left}", (await api.Customer.Get(path)).Is(200).Header("x-ms-ratelimit-remaining-subscription-reads"));
        Answer refused = (await api.Customer.Get(path)).Is(429, "SubscriptionRequestsThrottled");
        Assert.InRange(int.Parse(refused.Header("Retry-After")!), 1, 3600);

        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/g{R}";
        Assert.Equal(
            "2",
            (await api.Customer.Put(group, """{"location":"westeurope"}""")).Is(201).Header("x-ms-ratelimit-remaining-subscription-writes")
        );
        (await api.Operator.Get(path)).Is(200);
        (await api.OtherCustomer.Get($"/subscriptions/{api.OtherSubscription}/resourcegroups{R}")).Is(200);
    }
}
