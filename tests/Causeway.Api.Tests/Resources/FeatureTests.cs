namespace Causeway.Api.Tests.Resources;

/// <summary><c>Microsoft.Features</c>: there are no previews, which is said in ARM's form.</summary>
public sealed class FeatureTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string V = "?api-version=2021-07-01";

    private string Root => $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Features";

    [Theory]
    [InlineData("features")]
    [InlineData("providers/Microsoft.Network/features")]
    [InlineData("providers/Microsoft.Compute/features")]
    public async Task There_are_none(string path) =>
        Assert.Empty((await api.Customer.Get($"{Root}/{path}{V}")).Is(200).Body!["value"]!.AsArray());

    [Fact]
    public async Task One_that_is_named_is_not_found()
    {
        string feature = $"{Root}/providers/Microsoft.Network/features/AllowSomething";
        Answer missing = (await api.Customer.Get(feature + V)).Is(404, "FeatureNotFound");
        Assert.Contains("'AllowSomething'", missing.Text, StringComparison.Ordinal);
        (await api.Customer.Post($"{feature}/register{V}")).Is(404, "FeatureNotFound");
        (await api.Customer.Post($"{feature}/unregister{V}")).Is(404, "FeatureNotFound");
        (await api.Customer.Get($"{Root}/providers/Nobody.Here/features{V}")).Is(404, "InvalidResourceNamespace");
        (await api.OtherCustomer.Get(feature + V)).Is(403, "AuthorizationFailed");
    }
}
