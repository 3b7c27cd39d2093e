using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Api.Tests;

namespace Causeway.Portal.Tests;

/// <summary>What a browser would keep: cookies, and where its forms come from.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _client;
    private readonly string _origin;

    private Browser(HttpClient client, string origin) => (_client, _origin) = (client, origin);

    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>What it says that it calls; null for the address of the server.</summary>
    public string? Host { get; set; }

    public static Browser Of(ApiFixture api) => new(api.NewClientOfAnyName(), api.Server.Endpoint);

    /// <summary>Signed in by a link, as <c>causeway portal</c> prints it.</summary>
    public static async Task<Browser> SignedInAsync(ApiFixture api, string principal)
    {
        using HttpClient client = await api.SignedInAsync(principal);
        return await SignedInAsync(api, client);
    }

    /// <summary>Signed in as whoever a client is.</summary>
    public static async Task<Browser> SignedInAsync(ApiFixture api, HttpClient client)
    {
        Browser browser = Of(api);
        using HttpResponseMessage opened = await browser.SignInAsync(await LinkAsync(client));
        Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
        return browser;
    }

    /// <summary>Presses the button of the page that a link opens.</summary>
    public Task<HttpResponseMessage> SignInAsync(string link, string site = "same-origin") =>
        PostAsync("/portal/signin", site, ("code", link.Split("code=")[1]));

    public static async Task<string> LinkAsync(ApiFixture api, string principal)
    {
        using HttpClient client = await api.SignedInAsync(principal);
        return await LinkAsync(client);
    }

    private static async Task<string> LinkAsync(HttpClient client)
    {
        JsonNode link = (await client.Post("/portal/codes")).Is(200).Body!;
        return new Uri(link["url"]!.ToString()).PathAndQuery;
    }

    public async Task<HttpResponseMessage> GetAsync(
        string path,
        string? language = null,
        bool stream = false,
        CancellationToken cancellation = default
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (language is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", language);
        return await SendAsync(request, stream, cancellation);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string? site = "same-origin", params (string Name, string Value)[] form) =>
        PostAsync(path, new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))), site);

    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent form, string? site = "same-origin")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        request.Headers.TryAddWithoutValidation("Origin", site == "same-origin" ? _origin : "https://elsewhere.example");
        if (site is not null)
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
        return await SendAsync(request, stream: false, default);
    }

    /// <summary>The page, when it answers as expected.</summary>
    public async Task<string> PageAsync(string path, int status = 200, string? language = null)
    {
        using HttpResponseMessage answer = await GetAsync(path, language);
        string html = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{path}: {(int)answer.StatusCode}\n{html}");
        return html;
    }

    /// <summary>Opens a form, changes some of what stands in it, and presses its button: everything else is sent as it stood.</summary>
    public async Task<(int Status, string Leads, string Html)> PressAsync(string path, params (string Name, string Value)[] changes)
    {
        var values = new Dictionary<string, string>(StandingIn(await PageAsync(path)));
        foreach ((string name, string value) in changes)
            values[name] = value;
        using HttpResponseMessage answer = await PostAsync(path, form: [.. values.Select(v => (v.Key, v.Value))]);
        return ((int)answer.StatusCode, answer.Headers.Location?.ToString() ?? "", await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What a browser would send of a form that nobody touched, by field.</summary>
    public static IReadOnlyDictionary<string, string> StandingIn(string page)
    {
        string form = page[page.IndexOf("<form method=\"post\" action=\"/portal/do/", StringComparison.Ordinal)..].Split("</form>")[0];
        var values = new Dictionary<string, string>();
        foreach (Match tag in Tag().Matches(form))
        {
            Dictionary<string, string> attributes = Attribute()
                .Matches(tag.Groups[2].Value)
                .GroupBy(a => a.Groups[1].Value)
                .ToDictionary(a => a.Key, a => WebUtility.HtmlDecode(a.First().Groups[2].Value));
            if (
                attributes.GetValueOrDefault("name") is not { } name
                || (attributes.GetValueOrDefault("type") == "checkbox" && !attributes.ContainsKey("checked"))
            )
                continue;
            string inner = form[(tag.Index + tag.Length)..];
            values[name] = tag.Groups[1].Value switch
            {
                "textarea" => WebUtility.HtmlDecode(inner.Split("</textarea>")[0]),
                "select" => inner.Split("</select>")[0] is var options && Chosen().Match(options) is { Success: true } chosen
                    ? WebUtility.HtmlDecode(chosen.Groups[1].Value)
                : Option().Match(options) is { Success: true } first ? WebUtility.HtmlDecode(first.Groups[1].Value)
                : "",
                _ => attributes.GetValueOrDefault("value", ""),
            };
        }
        return values;
    }

    [GeneratedRegex("<(input|textarea|select)\\b([^>]*)>")]
    private static partial Regex Tag();

    [GeneratedRegex("([\\w-]+)(?:=\"([^\"]*)\")?")]
    private static partial Regex Attribute();

    [GeneratedRegex("<option value=\"([^\"]*)\" selected")]
    private static partial Regex Chosen();

    [GeneratedRegex("<option value=\"([^\"]*)\"")]
    private static partial Regex Option();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool stream, CancellationToken cancellation)
    {
        if (Host is not null)
            request.Headers.TryAddWithoutValidation("Host", Host);
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        HttpResponseMessage answer = await _client.SendAsync(
            request,
            stream ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead,
            cancellation
        );
        if (answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set))
            foreach (string cookie in set)
            {
                string[] pair = cookie.Split(';')[0].Split('=', 2);
                if (pair[1].Length == 0)
                    Cookies.Remove(pair[0]);
                else
                    Cookies[pair[0]] = pair[1];
            }
        return answer;
    }

    public void Dispose() => _client.Dispose();
}
