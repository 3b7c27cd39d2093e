using System.Net;
using System.Text.Json.Nodes;
using Causeway.Api.Tests;
using Causeway.Testing;

namespace Causeway.Portal.Tests;

/// <summary>What the operator does with routers and with who may sign in, by forms that show the request and the line.</summary>
public sealed class OperatorActTests(PortalServer api) : IClassFixture<PortalServer>
{
    private static string Do(string act, string on) => $"/portal/do/{act}?on={Uri.EscapeDataString(on)}";

    [Fact]
    public async Task A_router_is_drained_and_brought_back()
    {
        await api.SomethingAsync();
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        string page = await @operator.PageAsync("/portal/operator/routers");
        string drain = WebUtility.HtmlDecode($"/portal/do/drain?on={page.Split("/portal/do/drain?on=")[1].Split('"')[0]}");
        string on = Uri.UnescapeDataString(drain.Split("?on=")[1]);
        string restore = Do("restore", on);
        string form = WebUtility.HtmlDecode(await @operator.PageAsync(drain));
        Assert.Contains($"POST {on}/drain?api-version=2026-11-01", form, StringComparison.Ordinal);
        Assert.Contains($"causeway operator drain {on.Split('/')[^1]}", form, StringComparison.Ordinal);
        Assert.Contains("az rest --method post", form, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/portal/operator/routers\">Cancel</a>", form, StringComparison.Ordinal);
        Assert.Contains("not drained", await @operator.PageAsync(restore, 409), StringComparison.Ordinal);
        // Until the other routers of its pair are seen to carry everything, it is refused.
        (int status, string leads, string html) = await Eventually.Get(
            () => @operator.PressAsync(drain, ("reason", "upgrade"), ("anyway", "true")),
            pressed => pressed.Status == 303,
            "the router is drained",
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal("/portal/operator/routers", leads);
        page = await @operator.PageAsync(leads);
        Assert.Contains(restore, page, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{drain}\"", page, StringComparison.Ordinal);
        Assert.Contains("upgrade", page, StringComparison.Ordinal);
        Assert.Contains("is drained", await @operator.PageAsync(drain, 409), StringComparison.Ordinal);
        (status, leads, html) = await @operator.PressAsync(restore);
        Assert.True(status == 303, html);
        page = await @operator.PageAsync(leads);
        Assert.Contains($"\"{drain}\"", page, StringComparison.Ordinal);
        // What is the operator's is nobody else's.
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        (status, _, _) = await NoFormAsync(customer, drain);
        Assert.Equal(403, status);
    }

    [Fact]
    public async Task Somebody_is_made_given_a_role_and_removed_again()
    {
        await api.SomethingAsync();
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        string list = await @operator.PageAsync("/portal/operator/principals");
        Assert.Contains("\"/portal/do/principal\"", list, StringComparison.Ordinal);
        Assert.Contains("\"/portal/do/grant\"", list, StringComparison.Ordinal);
        (int status, _, string html) = await @operator.PressAsync("/portal/do/principal", ("name", "acme"));
        Assert.Equal(200, status);
        string secret = WebUtility.HtmlDecode(html.Split("id=\"made\">")[1].Split('<')[0]);
        const string Acme = "/providers/Causeway.Identity/principals/acme";
        JsonNode acme = (await api.Operator.Get($"{Acme}?api-version=2026-11-01")).Is(200).Body!["properties"]!;
        Assert.Contains(acme["clientId"]!.ToString(), html, StringComparison.Ordinal);
        // It is shown once: not on the principal's page, and not to who makes it again.
        Assert.True(secret.Length > 20, secret);
        Assert.DoesNotContain(secret, await @operator.PageAsync($"/portal/r{Acme}"), StringComparison.Ordinal);
        (status, _, html) = await @operator.PressAsync("/portal/do/principal", ("name", "acme"));
        Assert.Equal(409, status);
        Assert.DoesNotContain("id=\"made\"", html, StringComparison.Ordinal);

        string grant = Do("grant", Acme);
        Assert.Contains(grant, await @operator.PageAsync($"/portal/r{Acme}"), StringComparison.Ordinal);
        string form = WebUtility.HtmlDecode(await @operator.PageAsync(grant));
        string objectId = acme["objectId"]!.ToString();
        Assert.Equal(objectId, Browser.StandingIn(form)["principal"]);
        // Who presses at once gives the least.
        Assert.EndsWith(
            Causeway.Identity.Roles.BuiltInRoles.Reader.Id.ToString(),
            Browser.StandingIn(form)["role"],
            StringComparison.Ordinal
        );
        Assert.Contains("az role assignment create --role", form, StringComparison.Ordinal);
        Assert.Contains("causeway role assign", form, StringComparison.Ordinal);
        string reader = $"/providers/Microsoft.Authorization/roleDefinitions/{Causeway.Identity.Roles.BuiltInRoles.Reader.Id}";
        foreach (string scope in (string[])[$"/subscriptions/{api.OtherSubscription}", "/"])
        {
            (status, string leads, html) = await @operator.PressAsync(grant, ("role", reader), ("scope", scope));
            Assert.True(status == 303, html);
            Assert.Equal($"/portal/r{Acme}", leads);
        }
        string page = await @operator.PageAsync($"/portal/r{Acme}?fragment=roles");
        Assert.Contains("Reader: everywhere", page, StringComparison.Ordinal);
        string[] assignments =
        [
            .. page.Split("href=\"/portal/r")
                .Skip(1)
                .Select(a => WebUtility.HtmlDecode(a.Split('"')[0]))
                .Where(a => a.Contains("roleAssignments", StringComparison.OrdinalIgnoreCase)),
        ];
        Assert.Equal(2, assignments.Length);
        foreach (string assignment in assignments)
        {
            Assert.Contains(Do("delete", assignment), await @operator.PageAsync($"/portal/r{assignment}"), StringComparison.Ordinal);
            form = WebUtility.HtmlDecode(await @operator.PageAsync(Do("delete", assignment)));
            Assert.Contains($"causeway role remove Reader {objectId} --scope /", form, StringComparison.Ordinal);
            Assert.Contains("<h1>Take away: ", form, StringComparison.Ordinal);
            (status, _, html) = await @operator.PressAsync(Do("delete", assignment));
            Assert.True(status == 303, html);
        }
        Assert.DoesNotContain("Reader", await @operator.PageAsync($"/portal/r{Acme}?fragment=roles"), StringComparison.Ordinal);
        (status, string back, html) = await @operator.PressAsync(Do("delete", Acme));
        Assert.True(status == 303, html);
        Assert.Equal("/portal/operator/principals", back);
        (await api.Operator.Get($"{Acme}?api-version=2026-11-01")).Is(404);
    }

    private static async Task<(int Status, string Leads, string Html)> NoFormAsync(Browser browser, string path)
    {
        using HttpResponseMessage answer = await browser.GetAsync(path);
        return ((int)answer.StatusCode, "", await answer.Content.ReadAsStringAsync());
    }
}
