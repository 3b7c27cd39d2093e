using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Api.Tests;
using Causeway.Server.Configuration;

namespace Causeway.Portal.Tests;

/// <summary>A server that is told by which address clients use it.</summary>
public sealed class PublicServer : SqliteApi
{
    private readonly int _port = FreePort();

    protected override ServerSettings Configure(ServerSettings settings) =>
        base.Configure(settings) with
        {
            Listen = new IPEndPoint(IPAddress.Loopback, _port),
            PublicEndpoint = $"https://localhost:{_port}",
        };
}

/// <summary>Links lead where the operator said, whatever a request says of itself.</summary>
public sealed class AddressTests(PublicServer api, PortalServer other) : IClassFixture<PublicServer>, IClassFixture<PortalServer>
{
    [Fact]
    public async Task Links_lead_to_the_configured_address()
    {
        using HttpClient client = api.NewClientOfAnyName();
        client.DefaultRequestHeaders.Authorization = new("Bearer", await api.TokenAsync("customer"));
        client.DefaultRequestHeaders.Host = "elsewhere.example";
        JsonNode link = (await client.Post("/portal/codes")).Is(200).Body!;
        Assert.StartsWith($"{api.Server.Endpoint}/portal/signin?code=", link["url"]!.ToString(), StringComparison.Ordinal);

        using Browser browser = await Browser.SignedInAsync(api, "customer");
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/rg";
        (await api.Customer.Put($"{group}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);
        string circuit = $"{group}/providers/Microsoft.Network/expressRouteCircuits/shared";
        (
            await api.Customer.Put(
                $"{circuit}?api-version=2024-01-01",
                """
                {"location":"westeurope","sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},
                 "properties":{"serviceProviderProperties":{"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":100}}}
                """
            )
        ).Is(201);
        string share = $"/portal/share?on={Uri.EscapeDataString(circuit)}";
        string key = (await browser.PageAsync(share)).Split("name=\"form-key\" value=\"")[1].Split('"')[0];
        browser.Host = "elsewhere.example";
        using HttpResponseMessage made = await browser.PostAsync(share, "same-origin", ("form-key", key), ("lasts", "10"));
        string html = await made.Content.ReadAsStringAsync();
        // It can be followed as it stands, and copied.
        Assert.Contains($"<a href=\"{api.Server.Endpoint}/portal/shared/", html, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere.example", html, StringComparison.Ordinal);
        Assert.Contains("data-copy=\"made\"", html, StringComparison.Ordinal);
    }

    /// <summary>Also for who is signed in, for whom the API would be asked at that address. Said by hand, since a client of ours refuses to say it.</summary>
    [Theory]
    [InlineData("localhost:99999")]
    [InlineData("x:99999")]
    public async Task An_address_that_cannot_be_is_no_fault_of_ours(string host)
    {
        using Browser browser = await Browser.SignedInAsync(other, "customer");
        foreach (string path in new[] { "/portal/", "/portal/signin", "/portal/customer/circuits" })
        {
            string answer = await SayAsync(path, host, browser.Cookies);
            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.Contains("That is no address of ours", answer, StringComparison.Ordinal);
        }
        Assert.StartsWith(
            "HTTP/1.1 200 ",
            await SayAsync("/portal/customer/circuits", "elsewhere.example", browser.Cookies),
            StringComparison.Ordinal
        );
    }

    private async Task<string> SayAsync(string path, string host, Dictionary<string, string> cookies)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, new Uri(other.Server.Endpoint).Port);
        await using var stream = new SslStream(connection.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
        await stream.AuthenticateAsClientAsync("localhost");
        string cookie = string.Join("; ", cookies.Select(c => $"{c.Key}={c.Value}"));
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n")
        );
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
