using System.Text.Json.Nodes;
using Causeway.Api.Kit;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>Peers' ASNs and peerings in every published api-version, with what differs between them.</summary>
public sealed class VersionsTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    public static TheoryData<string> Versions => [.. Namespaces.Peering.Versions];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_asn_and_a_peering_are_made_shown_and_deleted(string version)
    {
        int nth = Namespaces.Peering.Versions.ToList().IndexOf(version);
        string subscription = $"/subscriptions/{api.CustomerSubscription}";
        string asn = $"{subscription}/providers/Microsoft.Peering/peerAsns/v{nth}";
        bool roles = string.CompareOrdinal(version, "2020-01-01-preview") >= 0;
        string contact = roles
            ? """ "peerContactDetail":[{"role":"Noc","email":"noc@contoso.example","phone":"1"}] """
            : """ "peerContactInfo":{"emails":["noc@contoso.example"],"phone":["1"]} """;
        // A number beyond 31 bits, as a number.
        string body =
            $$$"""{"properties":{"peerAsn":{{{4_200_000_000 + nth}}},"peerName":"Contoso","validationState":"Approved",{{{contact}}}}}""";
        Answer made = (await api.Customer.Put($"{asn}?api-version={version}", body)).Is(201);
        JsonNode p = made.Body!["properties"]!;
        // What the client says of its own state counts for nothing.
        Assert.Equal(roles ? "Pending" : "None", p["validationState"]!.ToString());
        Assert.Equal(4_200_000_000 + nth, p["peerAsn"]!.GetValue<long>());
        Assert.Equal(
            "noc@contoso.example",
            (roles ? p["peerContactDetail"]![0]!["email"] : p["peerContactInfo"]!["emails"]![0])!.ToString()
        );
        (await api.Operator.Post($"{asn}/approve?api-version={version}")).Is(200);

        string group = $"{subscription}/resourceGroups/versions{nth}";
        (await api.Customer.Put($"{group}?api-version=2022-09-01", """{"location":"westeurope"}""")).Is(201);
        string peering = $"{group}/providers/Microsoft.Peering/peerings/amsix";
        string wanted = $$$$"""
            {"sku":{"name":"Basic_Exchange_Free"},"kind":"Exchange","properties":{"exchange":{"connections":[{"peeringDBFacilityId":26,
            "connectionState":"Active","errorMessage":"none","bgpSession":{"sessionPrefixV4":"10.0.0.0/8","microsoftSessionIPv4Address":"10.0.0.1",
            "peerSessionIPv4Address":"127.80.0.{{{{200 + nth}}}}","maxPrefixesAdvertisedV4":20000,"sessionStateV4":"Established"},
            "connectionIdentifier":"764d85c6-803e-417e-866f-982faf76e54a"}],"peerAsn":{"id":"{{{{asn}}}}"}},"peeringLocation":"Amsterdam",
            "provisioningState":"Failed"},"location":"westeurope","tags":{"tfs_3668":"Active"}}
            """;
        // The first two previews said 200, and the first had no etag (recorded).
        Answer peer = (await api.Customer.Put($"{peering}?api-version={version}", wanted)).Is(
            string.CompareOrdinal(version, "2019-08-01-preview") < 0 ? 200 : 201
        );
        JsonNode shown = peer.Body!;
        Assert.Equal("""{"name":"Basic_Exchange_Free","tier":"Basic","family":"Exchange","size":"Free"}""", shown["sku"]!.ToJsonString());
        Assert.Equal("Succeeded", shown["properties"]!["provisioningState"]!.ToString());
        Assert.Equal(version != "2019-03-01-preview" && string.CompareOrdinal(version, "2021") < 0, shown["eTag"] is not null);
        JsonNode session = shown["properties"]!["exchange"]!["connections"]![0]!["bgpSession"]!;
        Assert.Equal(
            ("127.80.0.0/24", "127.80.0.1,127.80.0.2", "None", 20000, 0),
            (
                $"{session["sessionPrefixV4"]}",
                $"{session["microsoftSessionIPv4Address"]}",
                $"{session["sessionStateV4"]}",
                session["maxPrefixesAdvertisedV4"]!.GetValue<int>(),
                session["maxPrefixesAdvertisedV6"]!.GetValue<int>()
            )
        );
        // What GET showed as a PUT changes nothing, but for the etag, which also moves when the registries are heard of the peer.
        Answer read = (await api.Customer.Get($"{peering}?api-version={version}")).Is(200);
        (await api.Customer.Put($"{peering}?api-version={version}", read.Text)).Is(200);
        Assert.Equal(Shown(read), Shown(await api.Customer.Get($"{peering}?api-version={version}")));
        (await api.Operator.Post($"{peering}/reject?api-version={version}", """{"reason":"No capacity."}""")).Is(200);
        JsonNode rejected = (await api.Customer.Get($"{peering}?api-version={version}")).Body!["properties"]!["exchange"]!["connections"]![
            0
        ]!;
        Assert.Equal("ProvisioningFailed", rejected["connectionState"]!.ToString());
        Assert.Equal(
            string.CompareOrdinal(version, "2019-09-01-preview") < 0 ? null : "No capacity.",
            rejected["errorMessage"]?.ToString()
        );

        Answer used = await api.Customer.Delete($"{asn}?api-version={version}");
        Assert.Equal(409, used.Code);
        (await api.Customer.Delete($"{peering}?api-version={version}")).Is(200);
        (await api.Customer.Delete($"{peering}?api-version={version}")).Is(204);
        (await api.Customer.Delete($"{asn}?api-version={version}")).Is(200);
        // Previews have no envelope.
        Answer gone = await api.Customer.Get($"{asn}?api-version={version}");
        Assert.Equal(404, gone.Code);
        JsonNode error = string.CompareOrdinal(version, "2020-04-01") < 0 ? gone.Body! : gone.Body!["error"]!;
        Assert.Equal(("NotFound", "Resource does not exist."), ($"{error["code"]}", $"{error["message"]}"));
    }

    private static string Shown(Answer answer)
    {
        JsonObject body = answer.Body!.DeepClone().AsObject();
        body.Remove("eTag");
        return body.ToJsonString();
    }
}
