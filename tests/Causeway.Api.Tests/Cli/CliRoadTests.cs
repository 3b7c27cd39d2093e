using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Cli;

/// <summary>The whole road from order to bill, typed.</summary>
[Collection(nameof(SavedContext))]
public sealed class CliRoadTests : IClassFixture<SqliteApi>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-cli-").FullName;
    private readonly string _access;
    private readonly string _group = $"rg-{Guid.NewGuid():N}";

    public CliRoadTests(SqliteApi api)
    {
        _access = api.Server.AccessFile;
        // The user's own context must neither be read nor written by tests.
        Environment.SetEnvironmentVariable("CAUSEWAY_CONTEXT", Path.Combine(_folder, "context.json"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Line(string line) => [.. line.Split(' '), "--access", _access, "--group", _group];

    private Task<string> Ok(string line) => CliRun.Ok(Line(line));

    private Task<CliRun> Run(string line) => CliRun.Of(Line(line));

    private async Task<string> OrderAsync(string name)
    {
        await Ok($"group create {_group}");
        JsonNode made = JsonNode.Parse(
            await Ok($"circuit create {name} --provider Equinix --peering-location Amsterdam --bandwidth 200 -o json")
        )!;
        return made["properties"]!["serviceKey"]!.ToString();
    }

    [Fact]
    public async Task An_order_is_told_everything_that_is_wrong_with_it_and_nothing_is_made()
    {
        await Ok($"group create {_group}");
        CliRun refused = await Run(
            "circuit create office --provider Equinix --peering-location Nowhere --bandwidth 333 --location atlantis --output json"
        );
        JsonNode error = JsonNode.Parse(refused.Error)!["error"]!;
        Assert.Equal(
            ["location", "properties.serviceProviderProperties.bandwidthInMbps", "properties.serviceProviderProperties.peeringLocation"],
            error["details"]!.AsArray().Select(d => $"{d!["target"]}").Order(StringComparer.Ordinal)
        );
        refused = await Run("circuit create office --provider Equinux --peering-location Nowhere --bandwidth 333 --location atlantis");
        foreach (string wrong in (string[])["'atlantis'", "Equinux", "'Nowhere'", "Equinix"])
            Assert.Contains(wrong, refused.Error, StringComparison.Ordinal);
        Assert.Equal("[]", (await Ok("circuit list -o json")).Trim());
    }

    [Fact]
    public async Task The_road_from_order_to_bill_can_be_typed()
    {
        string key = await OrderAsync("office");
        Assert.Contains("NotProvisioned", await Ok("circuit list"), StringComparison.Ordinal);
        string explained = await Ok("circuit explain office");
        Assert.Contains("Who acts next: the provider", explained, StringComparison.Ordinal);
        Assert.Contains($"causeway provider provision start {key}", explained, StringComparison.Ordinal);

        Assert.Contains("Vem står på tur: leverantören", await Ok("circuit explain office --lang sv"), StringComparison.Ordinal);
        Assert.Contains("Wie is aan zet: de provider", await Ok("circuit explain office --lang nl"), StringComparison.Ordinal);

        Assert.Contains(key, await Ok("provider orders"), StringComparison.Ordinal);
        Assert.Contains("Provisioning", await Ok($"provider provision start {key}"), StringComparison.Ordinal);
        await Ok($"provider notes {key} patched");
        Assert.Contains("Provisioned", await Ok($"provider provision complete {key}"), StringComparison.Ordinal);
        Assert.Contains("patched", await Ok("circuit show office"), StringComparison.Ordinal);

        await Ok(
            "circuit peering create office --peer-asn 65010 --vlan 100 --primary 127.68.0.0/30 --secondary 127.68.0.4/30 --md5-key s3cret"
        );
        Assert.Contains("Enabled", await Ok("circuit peering list office"), StringComparison.Ordinal);
        Assert.Contains("Disabled", await Ok("circuit peering disable office"), StringComparison.Ordinal);
        Assert.Contains("Enabled", await Ok("circuit peering enable office"), StringComparison.Ordinal);
        Assert.Contains("127.68.0.1", await Ok("circuit sessions office"), StringComparison.Ordinal);
        Assert.Contains("127.68.0.5", await Ok("circuit summary office"), StringComparison.Ordinal);
        foreach (string verb in (string[])["routes", "arp", "stats"])
            await Ok($"circuit {verb} office");

        await Ok("network vnet create apps --prefix 10.1.0.0/16 --subnet web=10.1.0.0/24 --gateway-subnet 10.1.255.0/27");
        await Ok("network gateway create apps-gw --vnet apps");
        await Ok("network connection create link --gateway apps-gw --circuit office --weight 10");
        Assert.Contains("office", await Ok("network connection list"), StringComparison.Ordinal);
        // In English the explanation is what the server says, though it is put together here.
        explained = await Ok("circuit explain office");
        foreach (JsonNode? finding in JsonNode.Parse(await Ok("circuit explain office -o json"))!["findings"]!.AsArray())
            if (!finding!["code"]!.ToString().StartsWith("Session", StringComparison.Ordinal))
                Assert.Contains(finding["message"]!.ToString(), explained, StringComparison.Ordinal);
        await Ok("circuit update office --bandwidth 500Mbps --tier premium --tags team=blue");
        Assert.Contains("team=blue", await Ok("circuit show office"), StringComparison.Ordinal);

        CliRun refused = await Run("circuit delete office");
        Assert.Equal(1, refused.Code);
        Assert.Contains("ConflictError", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Who acts next: the connectivity provider", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Try: causeway circuit explain office", refused.Error, StringComparison.Ordinal);

        await Ok("network connection delete link");
        await Ok("network gateway delete apps-gw");
        await Ok("network vnet delete apps");
        await Ok("circuit peering delete office");
        await Ok($"provider deprovision start {key}");
        await Ok($"provider deprovision complete {key}");
        string journal = await Ok("circuit journal office");
        Assert.Contains("ProviderWrites", journal, StringComparison.Ordinal);
        await Ok("circuit delete office");
        string bill = await Ok("usage --circuit office");
        foreach (string meter in (string[])["Standard 200Mbps", "Standard 500Mbps", "Premium add-on 500Mbps", "MeteredData 500Mbps"])
            Assert.Contains(meter, bill, StringComparison.Ordinal);
        Assert.Contains("deleted", await Ok($"group delete {_group}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_subscription_is_given_a_key_and_links()
    {
        string key = await OrderAsync("office");
        await Ok($"provider provision start {key}");
        await Ok($"provider provision complete {key}");
        await Ok("circuit peering create office --peer-asn 65010 --vlan 100 --primary 127.69.0.0/30 --secondary 127.69.0.4/30");
        string id = JsonNode.Parse(await Ok("circuit show office -o json"))!["id"]!.ToString();
        string authorization = JsonNode.Parse(await Ok("circuit auth create office fabrikam -o json"))!["properties"]![
            "authorizationKey"
        ]!.ToString();
        await Ok($"group create {_group} --as otherCustomer");
        await Ok("network vnet create apps --prefix 10.2.0.0/16 --gateway-subnet 10.2.255.0/27 --as otherCustomer");
        await Ok("network gateway create gw --vnet apps --as otherCustomer");
        CliRun without = await Run($"network connection create link --gateway gw --circuit {id} --as otherCustomer");
        Assert.Contains("the circuit's owner", without.Error, StringComparison.Ordinal);
        await Ok($"network connection create link --gateway gw --circuit {id} --authorization-key {authorization} --as otherCustomer");
        Assert.Contains("InUse", await Ok("circuit auth list office"), StringComparison.Ordinal);
        await Ok("circuit auth delete office fabrikam");
        await Eventually.Get(
            () => Ok("network connection list --as otherCustomer"),
            list => list.Contains("No connections", StringComparison.Ordinal),
            "the link ends with the key"
        );
    }

    [Fact]
    public async Task A_port_is_ordered_cabled_switched_shared_and_billed()
    {
        await Ok($"group create {_group}");
        Assert.Contains("10 Gbps", await Ok("port locations"), StringComparison.Ordinal);
        Assert.Contains(
            "causeway port loa cage",
            await Ok("port create cage --peering-location Amsterdam --bandwidth 10Gbps"),
            StringComparison.Ordinal
        );
        string letter = Path.Combine(Path.GetTempPath(), $"{_group}.pdf");
        await Ok($"port loa cage --customer Contoso --out {letter}");
        Assert.Equal(
            "%PDF-",
            System.Text.Encoding.ASCII.GetString(await File.ReadAllBytesAsync(letter, TestContext.Current.CancellationToken), 0, 5)
        );
        File.Delete(letter);
        string on = await Ok("port enable cage --link link2");
        Assert.Contains("link1 Disabled", on, StringComparison.Ordinal);
        Assert.Contains("link2 Enabled", on, StringComparison.Ordinal);
        Assert.Contains(
            "circuit peering create direct",
            await Ok("circuit create direct --port cage --bandwidth 5Gbps"),
            StringComparison.Ordinal
        );
        Assert.Contains("10000 Mbps", await Ok("circuit update direct --bandwidth 10Gbps"), StringComparison.Ordinal);
        CliRun neither = await Run("circuit create nothing --bandwidth 5Gbps");
        Assert.Contains("--port", neither.Error, StringComparison.Ordinal);

        JsonNode key = JsonNode.Parse(await Ok("port auth create cage fabrikam -o json"))!;
        string port = JsonNode.Parse(await Ok("port show cage -o json"))!["id"]!.ToString();
        await Ok($"group create {_group} --as otherCustomer");
        await Ok(
            $"circuit create theirs --port {port} --bandwidth 1Gbps --authorization-key {key["properties"]!["authorizationKey"]} --as otherCustomer"
        );
        Assert.Contains("theirs", await Ok("port auth list cage"), StringComparison.Ordinal);
        Assert.Equal(1, (await Run("port delete cage")).Code);
        await Ok("circuit delete theirs --as otherCustomer");
        await Ok("circuit delete direct");
        await Ok("port auth delete cage fabrikam");
        await Ok("port delete cage");
        Assert.Contains("Direct port MeteredData 10Gbps", await Ok("usage --port cage"), StringComparison.Ordinal);
        string circuit = await Ok("usage --circuit direct");
        foreach (string meter in (string[])["Direct Standard 5Gbps", "Direct Standard 10Gbps"])
            Assert.Contains(meter, circuit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_codes_tell_why()
    {
        await OrderAsync("office");
        Assert.Equal(3, (await Run("circuit show nothing")).Code);
        CliRun misspelt = await Run("circuit show ofice");
        Assert.Contains("Did you mean 'office'?", misspelt.Error, StringComparison.Ordinal);
        CliRun provider = await Run("circuit create x --provider Equnix --peering-location Amsterdam --bandwidth 200");
        Assert.Contains("Did you mean 'Equinix'?", provider.Error, StringComparison.Ordinal);
        CliRun group = await CliRun.Of("circuit", "show", "office", "--access", _access, "--group", _group[..^1]);
        Assert.Contains($"Did you mean '{_group}'?", group.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await Run("circuit update office --bandwidth 50")).Code);
        string id = JsonNode.Parse(await Ok("circuit show office -o json"))!["id"]!.ToString();
        Assert.Equal(4, (await Run($"circuit show {id} --as otherCustomer")).Code);
        Assert.Equal(2, (await Run("circuit update office")).Code);
        Assert.Equal(3, (await Run($"provider notes {Guid.NewGuid()} hello")).Code);
        CliRun nobody = await Run("circuit list --as nobody");
        Assert.Equal(2, nobody.Code);
        Assert.Equal(2, (await CliRun.Of("group", "list", "--access", Path.Combine(_folder, "none.json"))).Code);
        Assert.Contains("customer", nobody.Error, StringComparison.Ordinal);

        // The same installation at a port where nobody listens.
        AccessFile access = AccessFile.Load(_access);
        string away = Path.Combine(_folder, "away.json");
        await File.WriteAllTextAsync(
            away,
            (await File.ReadAllTextAsync(_access, TestContext.Current.CancellationToken)).Replace(
                new Uri(access.Endpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                "1",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        CliRun unreachable = await CliRun.Of("group", "list", "--access", away);
        Assert.Equal(5, unreachable.Code);
        Assert.Contains("Cannot reach", unreachable.Error, StringComparison.Ordinal);

        // Somebody answers, but not with a certificate of this installation.
        string other = Path.Combine(_folder, "other.json");
        using (var key = System.Security.Cryptography.ECDsa.Create())
        {
            var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
                "CN=other",
                key,
                System.Security.Cryptography.HashAlgorithmName.SHA256
            );
            using var authority = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
            await File.WriteAllTextAsync(
                Path.Combine(_folder, "other.pem"),
                authority.ExportCertificatePem(),
                TestContext.Current.CancellationToken
            );
        }
        (access with { CaFile = "other.pem" }).Save(other);
        CliRun certificate = await CliRun.Of("group", "list", "--access", other);
        Assert.Equal(8, certificate.Code);
        Assert.Contains("access.json that this server wrote", certificate.Error, StringComparison.Ordinal);

        string stranger = Path.Combine(_folder, "stranger.json");
        await File.WriteAllTextAsync(
            stranger,
            (await File.ReadAllTextAsync(_access, TestContext.Current.CancellationToken)).Replace(
                access.Principals["customer"].ClientSecret,
                "wrong",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        CliRun login = await CliRun.Of("group", "list", "--access", stranger);
        Assert.Equal(4, login.Code);
        Assert.Contains("Login failed", login.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_ends_in_a_timeout()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        AccessFile access = AccessFile.Load(_access);
        string file = Path.Combine(_folder, "silent.json");
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(_access, TestContext.Current.CancellationToken)).Replace(
                $":{new Uri(access.Endpoint).Port}",
                $":{((System.Net.IPEndPoint)silent.LocalEndpoint).Port}",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        CliRun run = await CliRun.Of("group", "list", "--access", file, "--timeout", "1");
        Assert.Equal(6, run.Code);
        Assert.Contains("within 1 s", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_is_json_as_the_server_answered_and_yaml_of_the_same()
    {
        await OrderAsync("office");
        JsonArray list = JsonNode.Parse(await Ok("circuit list --output json"))!.AsArray();
        Assert.Equal("office", Assert.Single(list)!["name"]!.ToString());
        string yaml = await Ok("circuit show office --output yaml");
        Assert.Contains("name: office", yaml, StringComparison.Ordinal);
        Assert.Contains("  circuitProvisioningState: Enabled", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_takes_out_what_a_script_needs()
    {
        string key = await OrderAsync("office");
        Assert.Equal($"office\t{key}\n", await Ok("circuit list --query [?name=='office'].[name,properties.serviceKey] -o tsv"));
        Assert.Equal("circuit\n-------\noffice\n", await Ok("circuit show office --query {circuit:name}"));
        Assert.StartsWith("office\t", await Ok("circuit list -o tsv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_printed_with_their_secrets_masked()
    {
        string key = await OrderAsync("office");
        await Ok($"provider provision start {key}");
        await Ok($"provider provision complete {key}");
        CliRun run = await Run(
            "circuit peering create office --peer-asn 65010 --vlan 100 --primary 127.71.0.0/30 --secondary 127.71.0.4/30 --md5-key s3cretKey --print-request"
        );
        Assert.Contains("PUT https://", run.Error, StringComparison.Ordinal);
        Assert.Contains("\"peerASN\": 65010", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cretKey", run.Error + run.Out, StringComparison.Ordinal);
        Assert.Contains("# curl --cacert", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer ey", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_and_context_save_what_need_not_be_typed()
    {
        Assert.Contains("Customer", await CliRun.Ok("login", "--access", _access, "--as", "customer"), StringComparison.Ordinal);
        await CliRun.Ok("group", "create", _group);
        await CliRun.Ok("context", "set", "--group", _group);
        Assert.Contains("No circuits", await CliRun.Ok("circuit", "list"), StringComparison.Ordinal);
        Assert.Contains(_group, await CliRun.Ok("context", "show"), StringComparison.Ordinal);
        string saved = await File.ReadAllTextAsync(Path.Combine(_folder, "context.json"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("secret", saved, StringComparison.OrdinalIgnoreCase);
        await CliRun.Ok("context", "clear");
        CliRun cleared = await CliRun.Of("network", "vnet", "list", "--access", _access);
        Assert.Equal(2, cleared.Code);
        Assert.Contains("--group", cleared.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operator_adds_a_customer_who_then_orders()
    {
        string alias = $"acme-{Guid.NewGuid():N}"[..16];
        string made = await Ok($"subscription create {alias} --display-name {alias}-name");
        Assert.Contains($"causeway principal create {alias} --owner-of ", made, StringComparison.Ordinal);
        string file = Path.Combine(_folder, "acme.json");
        string principal = await Ok($"principal create {alias} --owner-of {alias}-name --save {file}");
        Assert.Contains("Client secret", principal, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        string seen = await CliRun.Ok("login", "--access", file, "--as", alias);
        Assert.Contains($"{alias}-name", seen, StringComparison.Ordinal);
        await CliRun.Ok("group", "create", "rg", "--access", file, "--as", alias);
        Assert.Contains(
            "NotProvisioned",
            await CliRun.Ok([
                .. $"circuit create office --provider Megaport --peering-location Stockholm --bandwidth 100 -g rg --as {alias}".Split(' '),
                "--access",
                file,
            ]),
            StringComparison.Ordinal
        );
        Assert.Equal(4, (await CliRun.Of("principal", "list", "--access", file, "--as", alias)).Code);

        Assert.DoesNotContain("Client secret", await Ok($"principal show {alias}"), StringComparison.Ordinal);
        await Ok($"role assign Reader {alias} --as operator --subscription customer");
        Assert.Contains(alias, await Ok("role list --as operator --subscription customer"), StringComparison.Ordinal);
        Assert.Contains("deleted", await Ok($"role remove Reader {alias} --as operator --subscription customer"), StringComparison.Ordinal);
        Assert.Contains(
            "Did you mean 'Reader'?",
            (await Run($"role assign Raeder {alias} --as operator --subscription customer")).Error,
            StringComparison.Ordinal
        );

        Assert.Contains("Old secret until", await Ok($"principal rotate {alias} --keep-old-for 1"), StringComparison.Ordinal);
        await CliRun.Ok("group", "list", "--access", file, "--as", alias);
        await Ok($"principal rotate {alias}");
        Assert.Equal(4, (await CliRun.Of("group", "list", "--access", file, "--as", alias)).Code);
        CliRun cancel = await Run($"subscription cancel {alias}-name");
        Assert.Contains("SubscriptionHasResources", cancel.Error, StringComparison.Ordinal);
        await Ok($"principal disable {alias}");
        await Ok($"principal enable {alias}");
        Assert.Contains("deleted", await Ok($"principal delete {alias}"), StringComparison.Ordinal);
        Assert.Contains("renamed", await Ok($"subscription rename {alias}-name renamed-{alias}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_without_verbs_is_reached_by_its_name()
    {
        await Ok($"group create {_group}");
        string file = Path.Combine(_folder, "web.json");
        await File.WriteAllTextAsync(
            file,
            """{"location":"westeurope","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static"}}"""
        );
        string made = await Ok($"resource put publicIPAddresses web --file {file}");
        Assert.Matches("(?m)^properties.publicIPAllocationMethod +Static$", made);
        Assert.Contains("web", await Ok("resource list PUBLICIPADDRESSES"), StringComparison.Ordinal);
        Assert.Equal("web\n", await Ok("resource list publicIPAddresses -o tsv --query [].name"));
        Assert.Contains("\"web\"", await Ok("resource list publicIPAddresses --all --query [].name -o json"), StringComparison.Ordinal);
        string id = (await Ok("resource get Microsoft.Network/publicIPAddresses web --query id -o tsv")).Trim();
        Assert.EndsWith($"/{_group}/providers/Microsoft.Network/publicIPAddresses/web", id, StringComparison.Ordinal);
        Assert.Equal(id, (await Ok($"resource get publicIPAddresses {id} --query id -o tsv")).Trim());
        string copied = Path.Combine(_folder, "copy.json");
        await File.WriteAllTextAsync(copied, await Ok("resource get publicIPAddresses web -o json"));
        Assert.Equal("copy\n", await Ok($"resource put publicIPAddresses copy --file {copied} --query name -o tsv"));
        Assert.Contains("publicIPAddresses web is deleted.", await Ok("resource delete publicIPAddresses web"), StringComparison.Ordinal);
        Assert.Contains("nothing to delete", await Ok("resource delete publicIPAddresses web"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_a_group_and_what_stands_outside_of_groups_are_reached_too()
    {
        await OrderAsync("office");
        Assert.Contains("No resources", await Ok("resource list expressRouteCircuits/peerings office"), StringComparison.Ordinal);
        Assert.Equal(
            "fabrikam\n",
            await Ok($"resource put expressRouteCircuits/authorizations office/fabrikam --file {Body("{}")} --query name -o tsv")
        );
        Assert.Equal("fabrikam\n", await Ok("resource list expressRouteCircuits/authorizations office --query [].name -o tsv"));
        Assert.Contains(
            "2024-01-01",
            (await Run("resource get expressRouteCircuits office --api-version 2024-01-01 --print-request")).Error,
            StringComparison.Ordinal
        );
        Assert.Equal($"{_group}\n", await Ok($"resource get resourceGroups {_group} --query name -o tsv"));
        Assert.Contains("operator", await Ok("resource list principals --scope / --as operator"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get publicIPAdresses web", 3, "The server has no type 'publicIPAdresses'. Did you mean 'publicIPAddresses'?")]
    [InlineData("get Microsoft.Netwrk/virtualNetworks web", 3, "Did you mean 'Microsoft.Network/virtualNetworks'?")]
    [InlineData("get expressRouteCircuits/peerings office", 2, "is named by 2 names joined with a slash; given are 1.")]
    [InlineData("list expressRouteCircuits office", 2, "is named by 0 names joined with a slash; given are 1.")]
    [InlineData("put publicIPAddresses web --file /nowhere.json", 2, "/nowhere.json")]
    public async Task What_cannot_be_reached_is_told(string line, int code, string says)
    {
        CliRun run = await Run($"resource {line}");
        Assert.Equal(code, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_told_before_anything_is_asked()
    {
        CliRun run = await CliRun.Of("resource", "put", "publicIPAddresses", "web", "--file", Body("[1]"), "--access", "/nowhere.json");
        Assert.Equal(2, run.Code);
        Assert.Contains("holds no JSON object", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_of_the_server_is_json_where_json_is_asked_for()
    {
        await OrderAsync("office");
        CliRun run = await Run("circuit show offce -o json");
        JsonNode told = JsonNode.Parse(run.Error)!;
        Assert.Equal((3, ""), (run.Code, run.Out));
        Assert.Equal(
            ("ResourceNotFound", 404, 3, "Did you mean 'office'?", "causeway circuit list"),
            (
                told["error"]!["code"]!.ToString(),
                (int)told["status"]!,
                (int)told["exitCode"]!,
                told["didYouMean"]!.ToString(),
                told["try"]!.ToString()
            )
        );
    }

    private string Body(string json)
    {
        string file = Path.Combine(_folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(file, json);
        return file;
    }
}
