using Causeway.Identity.Roles;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>What registries do not prove, a person may accept on a ticket: for exactly those prefixes, from the peer's own ASN, to the second.</summary>
public sealed class AcceptedPrefixTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    private const string V = "2024-04-01";

    [Fact]
    public async Task A_prefix_that_is_accepted_on_a_ticket_is_taken_until_its_second()
    {
        await PeeringOperatorAsync();
        var peer = new PeerAtExchange(api, 64530, 150);
        await using var bird = new ExchangeBird(64530, peer.Address, api.BgpPort, ["12.30.0.0/24", "12.30.1.0/24"]);
        await peer.StartedAsync();
        await peer.IsAsync("ProvisioningFailed");
        Assert.Equal("Registered", await peer.FailedAsync());

        string ticket = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Support/supportTickets/letter";
        (await api.Customer.Put($"{ticket}?api-version={V}", Ticket("internetPeering", "advertisedPrefixes", peer.Path))).Is(200);
        Assert.Contains("TicketOpen", await ExplainAsync(peer), StringComparison.Ordinal);

        // Some are not enough: the check names the other one.
        (await AcceptAsync(ticket, TimeSpan.FromDays(30), "12.30.0.0/24", close: false)).Is(200);
        (await peer.PeerAsync("retry")).Is(200);
        await peer.IsAsync("ProvisioningFailed");
        string error = (await peer.ConnectionAsync())["errorMessage"]!.ToString();
        Assert.Contains("12.30.1.0/24", error, StringComparison.Ordinal);
        Assert.DoesNotContain("12.30.0.0/24", error, StringComparison.Ordinal);

        (await AcceptAsync(ticket, TimeSpan.FromDays(30), "12.30.1.0/24")).Is(200);
        (await peer.PeerAsync("retry")).Is(200);
        await peer.IsAsync("Active");
        await HasAsync(peer, "ams-x1 12.30.0.0/24 None; ams-x1 12.30.1.0/24 None; ams-x2 12.30.0.0/24 None; ams-x2 12.30.1.0/24 None");
        Assert.DoesNotContain("TicketOpen", await ExplainAsync(peer), StringComparison.Ordinal);

        // Shorter than it was: the second that is named ends it, and nothing else.
        (await AcceptAsync(ticket, TimeSpan.FromSeconds(5), "12.30.1.0/24")).Is(200);
        await HasAsync(
            peer,
            "ams-x1 12.30.0.0/24 None; ams-x1 12.30.1.0/24 NotRegistered; ams-x2 12.30.0.0/24 None; ams-x2 12.30.1.0/24 NotRegistered"
        );
        Assert.Equal("Active", await peer.StateAsync());

        // What was accepted can be taken back.
        (await api.Operator.Post($"{ticket}/reject?api-version={V}", """{"reason":"the letter was forged"}""")).Is(200);
        await HasAsync(
            peer,
            "ams-x1 12.30.0.0/24 NotRegistered; ams-x1 12.30.1.0/24 NotRegistered; ams-x2 12.30.0.0/24 NotRegistered; ams-x2 12.30.1.0/24 NotRegistered"
        );
    }

    [Fact]
    public async Task A_peering_operator_decides_on_tickets_about_internet_peerings_and_on_no_others()
    {
        await PeeringOperatorAsync();
        string ticket = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Support/supportTickets/other";
        (await api.Customer.Put($"{ticket}?api-version={V}", Ticket("expressRoute", "other", about: null))).Is(200);
        (await AcceptAsync(ticket, TimeSpan.FromDays(1), "12.31.0.0/24")).Is(403, "LinkedAuthorizationFailed");
        (await api.OtherCustomer.Post($"{ticket}/reject?api-version={V}", """{"reason":"no"}""")).Is(403, "LinkedAuthorizationFailed");
        (await api.OtherCustomer.Put($"{ticket}/communications/q?api-version={V}", Said)).Is(403, "LinkedAuthorizationFailed");
        (await api.Operator.Put($"{ticket}/communications/q?api-version={V}", Said)).Is(200);

        var peer = new PeerAtExchange(api, 64531, 151);
        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        string about = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Support/supportTickets/about";
        (await api.Customer.Put($"{about}?api-version={V}", Ticket("internetPeering", "other", peer.Path))).Is(200);
        Answer said = (await api.OtherCustomer.Put($"{about}/communications/q?api-version={V}", Said)).Is(200);
        Assert.Equal("outbound", said.Body!["properties"]!["communicationDirection"]!.ToString());
        (await api.OtherCustomer.Post($"{about}/accept?api-version={V}", """{"expires":"2099-01-01T00:00:00Z","reason":"x"}""")).Is(
            400,
            "NoPrefixes"
        );
        // A peering that is gone takes nothing.
        (await api.Customer.Delete($"{peer.Path}?api-version={ExchangeServer.V}")).Is(200);
        (await AcceptAsync(about, TimeSpan.FromDays(1), "12.31.0.0/24")).Is(409, "PeeringNotFound");
        (await api.OtherCustomer.Post($"{about}/reject?api-version={V}", """{"reason":"gone"}""")).Is(200);
    }

    private const string Said = """{"properties":{"sender":"noc@example.net","subject":"Whose is it?","body":"Please say."}}""";

    private async Task PeeringOperatorAsync() =>
        Assert.Contains(
            (
                await api.Operator.Put(
                    $"/providers/Microsoft.Authorization/roleAssignments/5f0d7c1a-0000-0000-0000-00000000aaaa?api-version=2022-04-01",
                    $$$"""{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{BuiltInRoles.PeeringOperator.Id}}}","principalId":"{{{api.Server.Installation.Principals["otherCustomer"].ObjectId}}}"}}"""
                )
            ).Code,
            new[] { 200, 201 }
        );

    private Task<Answer> AcceptAsync(string ticket, TimeSpan term, string prefix, bool close = true) =>
        api.OtherCustomer.Post(
            $"{ticket}/accept?api-version={V}",
            $$"""{"prefixes":["{{prefix}}"],"expires":"{{TimeProvider.System.GetUtcNow() + term:O}}","reason":"letter of authorization","close":{{(close ? "true" : "false")}}}"""
        );

    private async Task<string> ExplainAsync(PeerAtExchange peer) =>
        (await api.Customer.Get($"{peer.Path}/explain?api-version={ExchangeServer.V}")).Is(200).Text;

    private Task<string> HasAsync(PeerAtExchange peer, string table) =>
        Eventually.Get(() => api.TableAsync(peer.Address), t => t == table, "the routers' tables follow", TimeSpan.FromSeconds(30));

    private static string Ticket(string service, string classification, string? about) =>
        $$$"""
            {"properties":{"serviceId":"/providers/Microsoft.Support/services/{{{service}}}",
            "problemClassificationId":"/providers/Microsoft.Support/services/{{{service}}}/problemClassifications/{{{classification}}}",
            "title":"Please accept our prefixes","description":"The letter is attached.","severity":"minimal","advancedDiagnosticConsent":"No",
            "contactDetails":{"firstName":"Ann","lastName":"Berg","preferredContactMethod":"email","primaryEmailAddress":"ann@example.net",
            "preferredTimeZone":"UTC","country":"swe","preferredSupportLanguage":"en-US"}{{{(
                about is null ? "" : $",\"technicalTicketDetails\":{{\"resourceId\":\"{about}\"}}"
            )}}}}}
            """;
}
