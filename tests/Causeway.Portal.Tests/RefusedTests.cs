using System.Net;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Portal.Tests;

/// <summary>What a real session brings and is not taken, as its sender reads why.</summary>
public sealed class RefusedTests(SessionServer api) : IClassFixture<SessionServer>
{
    [Fact]
    public async Task A_refused_route_says_why_in_words_and_leads_to_the_proof_of_its_prefix()
    {
        await SessionServer.GroupAsync(api.Customer, api.Group);
        string circuit = api.Circuit("refusing");
        await SessionServer.OrderAsync(api.Customer, circuit, "Equinix", "Amsterdam", 500);
        await api.MovesAsync(circuit, "Provisioned");
        await api.DeclareAsync("refusing", 73, "193.10.0.0/20");
        await api.RouterAsync(new Asn(401_900), SessionServer.Links(73), IpPrefix.Parse("193.10.0.0/20"), IpPrefix.Parse("194.9.0.0/20"));
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string page = await Eventually.Get(
            async () => WebUtility.HtmlDecode(await customer.PageAsync($"/portal/r{circuit}?routes=refused", language: "sv")),
            html => html.Contains("194.9.0.0/20</code>", StringComparison.Ordinal),
            "the route is refused",
            TimeSpan.FromSeconds(30)
        );
        Assert.Contains(
            "inget styrker prefixet: inte angivet, inget registerobjekt, inget godtaget ärende (skäl 14: NotRegistered)",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("prefixets innehavare", page, StringComparison.Ordinal);
        // The banner says the same once the counts are observed, and names no file.
        string banner = await Eventually.Get(
            async () => WebUtility.HtmlDecode(await customer.PageAsync($"/portal/r{circuit}?fragment=explain", language: "sv")),
            html => html.Contains("× inget styrker prefixet", StringComparison.Ordinal),
            "what is refused is counted",
            TimeSpan.FromSeconds(30)
        );
        Assert.DoesNotContain("docs/reasons.md", banner, StringComparison.Ordinal);
        Assert.Contains("?routes=refused#part-routes", banner, StringComparison.Ordinal);
        string proof = $"/portal/customer/whatif?prefixes={Uri.EscapeDataString("194.9.0.0/20")}&asn=401900";
        Assert.Contains(proof, page, StringComparison.Ordinal);
        string answer = WebUtility.HtmlDecode(await customer.PageAsync(proof));
        // The registry names another network, which is the evidence.
        Assert.Contains("401901", answer, StringComparison.Ordinal);
    }
}
