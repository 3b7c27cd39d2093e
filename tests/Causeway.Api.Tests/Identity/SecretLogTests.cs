using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.CrossConnections;
using Causeway.Client.Identity;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;
using Causeway.Testing;

namespace Causeway.Api.Tests.Identity;

/// <summary>The most talkative log of a whole road says none of the secrets that went over it.</summary>
public sealed class SecretLogTests
{
    [Fact]
    public async Task No_secret_is_in_the_log_however_talkative_it_is()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using var server = new ServerProcess(["--log-level", "trace", "--bgp-port", "17941"]);
        await server.StartAsync();
        AccessFile access = AccessFile.Load(Path.Combine(server.Data, "access.json"));
        List<string> secrets = [.. access.Principals.Values.Select(p => p.ClientSecret)];
        using var customer = new CausewayClient(access, "customer", TimeProvider.System);
        using var provider = new CausewayClient(access, "provider", TimeProvider.System);
        using var theOperator = new CausewayClient(access, "operator", TimeProvider.System);

        string group = Ids.Group(customer.Arm.Subscription(), "rg");
        await customer.Arm.PutAsync(group, ArmClient.ResourcesVersion, new JsonObject { ["location"] = "westeurope" }, true, stop);
        string circuit = Ids.Circuit(group, "c");
        var order = new CircuitOrderBody(
            "westeurope",
            null,
            new SkuBody("Standard_MeteredData", "Standard", "MeteredData"),
            new CircuitOrderProperties(new ServiceProviderProperties("Equinix", "Amsterdam", 50))
        );
        Guid key = (await customer.Circuits.OrderAsync(circuit, order, true, stop)).Body.Properties.ServiceKey;
        foreach (string state in (string[])["Provisioning", "Provisioned"])
        {
            CrossConnectionBody found = (
                await provider.CrossConnections.FindOrderAsync(provider.Arm.Subscription(), key.ToString(), stop)
            )!.Body;
            await provider.CrossConnections.MoveAsync(found, state, null, true, stop);
        }
        secrets.Add("Md5KeyOfThePeering");
        await customer.Peerings.ConfigureAsync(
            Ids.Peering(circuit, "AzurePrivatePeering"),
            new PeeringOrder
            {
                PeeringType = "AzurePrivatePeering",
                PeerASN = 65010,
                VlanId = 100,
                PrimaryPeerAddressPrefix = "127.90.0.0/30",
                SecondaryPeerAddressPrefix = "127.90.0.4/30",
                SharedKey = "Md5KeyOfThePeering",
            },
            true,
            stop
        );
        Document<AuthorizationBody> authorization = await customer.Authorizations.PutAsync(
            Ids.Authorization(circuit, "a"),
            new JsonObject(),
            true,
            stop
        );
        secrets.Add(authorization.Body.Properties.AuthorizationKey!);
        secrets.Add((await theOperator.Principals.CreateAsync("acme", stop)).Body.Properties.ClientSecret!);
        secrets.Add((await theOperator.Principals.RotateAsync("acme", 0, stop)).Body.Properties.ClientSecret!);

        // A wrong secret, and one where it does not belong: in the URL.
        secrets.Add("SecretMistyped");
        secrets.Add("SecretInTheQuery");
        using HttpClient http = ArmClient.NewHttpClient(access);
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = access.Principals["customer"].ClientId,
                ["client_secret"] = "SecretMistyped",
            }
        );
        using HttpResponseMessage refused = await http.PostAsync("/adfs/oauth2/token?client_secret=SecretInTheQuery", form, stop);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);

        // What was logged last is the proof that the log was read, and read to its end.
        string log = await Eventually.Get(
            () => server.Output,
            text => text.Contains("refused: AADSTS7000215", StringComparison.Ordinal),
            "the refused sign-in in the log"
        );
        foreach (string secret in secrets)
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", log, StringComparison.Ordinal); // the beginning of every token
    }
}
