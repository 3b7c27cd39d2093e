using System.Text.RegularExpressions;
using Causeway.Portal.Pages;

namespace Causeway.Portal.Tests;

/// <summary>Markdown of an operator is shown as what it is, and brings nothing that a browser would run.</summary>
public sealed partial class ProseTests
{
    [Fact]
    public void A_table_is_a_table_and_headings_stand_below_the_pages()
    {
        string html = Of(
            "# Policy\n\nWe peer with **all**.\n\n## Terms\n\n| condition | how |\n|---|---|\n| a `record` there | make one |\n\n- one\n- two\n"
        );
        Assert.Contains("<h2>Policy</h2>", html, StringComparison.Ordinal);
        Assert.Contains("<h3>Terms</h3>", html, StringComparison.Ordinal);
        Assert.Contains("<strong>all</strong>", html, StringComparison.Ordinal);
        Assert.Contains("<td data-label=\"condition\"><span>a <code>record</code> there</span></td>", html, StringComparison.Ordinal);
        Assert.Contains("<td data-label=\"how\"><span>make one</span></td>", html, StringComparison.Ordinal);
        Assert.Contains("<li>two</li>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("|", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("before <img src=x onerror=alert(1)> after")]
    [InlineData("<svg/onload=alert(1)>\n\ntext")]
    [InlineData("<!-- --><iframe src=https://example.net></iframe>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](java&#115;cript&colon;alert(1))")]
    [InlineData("[x](<\u0001javascript:alert(1)>)")]
    [InlineData("[x](vbscript:msgbox(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[x][r]\n\n[r]: javascript:alert(1)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("![x](x \"\\\" onerror=alert(1) \\\"\")")]
    [InlineData("| a |\n|---|\n| [x](javascript:alert(1)) <b onclick=alert(1)>y</b> |")]
    public void Nothing_in_it_is_run(string markdown)
    {
        string html = Of(markdown);
        // What a browser would take for elements is ours, without attributes that run; addresses are of pages.
        Assert.All(
            Element().Matches(html),
            e => Assert.Contains(e.Groups[1].Value, (string[])["p", "a", "img", "table", "span", "thead", "tbody", "tr", "th", "td"])
        );
        Assert.DoesNotMatch("<[^>\"]*(\"[^\"]*\"[^>\"]*)*\\son\\w+=", html);
        Assert.All(Address().Matches(html), a => Assert.DoesNotContain(":", a.Groups[1].Value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[x](https://www.peeringdb.com/net/1)", "href=\"https://www.peeringdb.com/net/1\"")]
    [InlineData("<mailto:noc@example.net>", "href=\"mailto:noc@example.net\"")]
    [InlineData("[x](/portal/peer/locations)", "href=\"/portal/peer/locations\"")]
    public void Pages_and_mail_are_led_to(string markdown, string leads) => Assert.Contains(leads, Of(markdown), StringComparison.Ordinal);

    /// <summary>A file beside the text where it was written is not here, and pictures of elsewhere are not fetched: what they say stays.</summary>
    [Theory]
    [InlineData("see [how *to* peer](how-to/peer.md).", "<p>see how <em>to</em> peer.</p>")]
    [InlineData("![our LAN](https://example.net/lan.png)", "<p>our LAN</p>")]
    [InlineData("[a `b`](#top)", "<p>a <code>b</code></p>")]
    public void What_leads_nowhere_here_is_text(string markdown, string shown) => Assert.Equal(shown, Of(markdown).Trim());

    private static string Of(string markdown) => Prose.Of(markdown).Value;

    [GeneratedRegex(@"<([a-zA-Z]\w*)")]
    private static partial Regex Element();

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Address();
}
