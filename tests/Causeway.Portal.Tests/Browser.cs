using System.Net;
using System.Text.Json.Nodes;
using Causeway.Api.Tests;

namespace Causeway.Portal.Tests;

/// <summary>What a browser would keep: cookies, and where its forms come from.</summary>
internal sealed class Browser : IDisposable
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
