using System.Net;
using Causeway.Api.Tests;
using Causeway.Identity.Roles;
using Causeway.Portal.Pages;

namespace Causeway.Portal.Tests;

/// <summary>Things, places, roles and files are called as people call them.</summary>
public sealed class CalledTests(PortalServer api) : IClassFixture<PortalServer>
{
    private string Circuit => $"/portal/r{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";

    [Fact]
    public async Task A_subscription_and_a_role_assignment_have_no_number_for_a_title()
    {
        await api.SomethingAsync();
        string subscription = $"/subscriptions/{api.CustomerSubscription}";
        string assignment = $"{subscription}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}";
        (
            await api.Operator.Put(
                $"{assignment}?api-version=2022-04-01",
                $$$"""
                {"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{BuiltInRoles.Reader.Id}}}",
                 "principalId":"{{{api.Server.Installation.Principals["provider"].ObjectId}}}"}}
                """
            )
        ).Is(201);
        using Browser desk = await Browser.SignedInAsync(api, "operator");
        Assert.Equal("Customer", TitleOf(await desk.PageAsync(Cell.PathOf(subscription))));
        Assert.Equal("provider: Läsare", TitleOf(await desk.PageAsync(Cell.PathOf(assignment), language: "sv")));
    }

    [Fact]
    public async Task A_role_is_said_in_the_language_with_where_it_counts()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        Assert.Contains(
            "<small>Owner of Customer</small>",
            await customer.PageAsync("/portal/customer/circuits"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "<small>Ägare för Customer</small>",
            WebUtility.HtmlDecode(await customer.PageAsync("/portal/customer/circuits", language: "sv")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Ports_stand_where_their_location_is_called_so()
    {
        await api.SomethingAsync();
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        string ports = await provider.PageAsync("/portal/provider/ports");
        Assert.Contains("Silicon Valley", ports, StringComparison.Ordinal);
        Assert.DoesNotContain("SiliconValley", ports, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_tells_its_provider_who_acts_next()
    {
        await api.SomethingAsync();
        await api.OrderAsync("called");
        await api.ProviderMovesAsync("called", "Provisioning");
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        string order = WebUtility.HtmlDecode(await provider.PageAsync(Cell.PathOf(api.Order)));
        Assert.Contains("You are provisioning your side", order, StringComparison.Ordinal);
        Assert.Contains("Who acts next: you", order, StringComparison.Ordinal);
        Assert.DoesNotContain("Equinix is provisioning", order, StringComparison.Ordinal);
    }

    /// <summary>What is configured of an order's routing has a page at its provider's, which says how it stands.</summary>
    [Fact]
    public async Task A_provider_sees_the_routing_domains_of_an_order()
    {
        await api.SomethingAsync();
        await api.ProviderMovesAsync(PortalServer.Long, "Provisioned");
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        string peering = $"{api.Order}/peerings/AzurePrivatePeering";
        Assert.Contains(Cell.PathOf(peering), await provider.PageAsync(Cell.PathOf(api.Order)), StringComparison.OrdinalIgnoreCase);
        string page = WebUtility.HtmlDecode(await provider.PageAsync(Cell.PathOf(peering)));
        Assert.Contains("192.168.15.16/30", page, StringComparison.Ordinal);
        Assert.Contains("data-fragment=\"explain\"", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"{Cell.PathOf(api.Order)}\"", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Files_are_called_by_what_is_in_them_and_say_its_units()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        using HttpResponseMessage graphs = await customer.GetAsync($"{Circuit}?fragment=graphs&form=csv&days=7");
        Assert.Equal($"{PortalServer.Long}-sessions-7d.csv", graphs.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        string head = (await graphs.Content.ReadAsStringAsync()).Split("\r\n")[0];
        Assert.Contains("Received (routes),Accepted (routes)", head, StringComparison.Ordinal);
        using HttpResponseMessage usage = await customer.GetAsync("/portal/customer/usage?fragment=graphs&form=csv");
        Assert.Matches(
            @"^usage-by-meter-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d\.csv$",
            usage.Content.Headers.ContentDisposition?.FileName?.Trim('"')
        );
        Assert.StartsWith("Day (UTC),", (await usage.Content.ReadAsStringAsync()).TrimStart('\uFEFF'), StringComparison.Ordinal);
    }

    private static string TitleOf(string html) => WebUtility.HtmlDecode(html.Split("<h1>")[1].Split("</h1>")[0]);
}
