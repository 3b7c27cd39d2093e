using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Portal.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Portal.Pages;

/// <summary>Writes pages: components rendered once, on the server, to HTML in which every value is encoded. Nothing of a page lives on.</summary>
internal sealed class PageWriter(ILoggerFactory logs) : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();

    /// <summary>A page whose fragments are read already, or read by nobody.</summary>
    public async Task WriteAsync(HttpContext http, Look look, Page page, IReadOnlyList<Loaded>? loaded = null)
    {
        loaded ??= await Task.WhenAll(page.Fragments.Select(f => f.LoadAsync(look)));
        await RenderAsync<Layout>(
            http,
            look,
            new()
            {
                [nameof(Layout.Look)] = look,
                [nameof(Layout.Page)] = page,
                [nameof(Layout.Loaded)] = loaded,
            }
        );
    }

    /// <summary>The page with everything on it; or, asked for by name, some fragments of it, as a live page does when something changed.</summary>
    public async Task ShowAsync(Asked asked, Page page)
    {
        HttpContext http = asked.Http;
        string[] names = [.. http.Request.Query["fragment"].Where(n => n is { Length: > 0 }).Select(n => n!).Distinct()];
        if (names.Length > 0)
        {
            Fragment[] some = [.. page.Fragments.Where(f => names.Contains(f.Name))];
            if (some.Length < names.Length)
            {
                http.Response.StatusCode = 404;
                return;
            }
            if (http.Request.Query["form"].ToString() is { Length: > 0 } form)
            {
                await WholeAsync(http, page, some[0], form);
                return;
            }
            // Together they ask the API once for what they share.
            Loaded[] parts = await Task.WhenAll(some.Select(f => f.LoadAsync(asked.Look)));
            if (parts.Any(p => p is { Status: 404, Fragment.Name: "facts" or "explain" }))
                parts = Gone(asked.Look, parts);
            // Each section says its own; the whole failed where all of it did.
            http.Response.StatusCode = parts.All(p => p.Status is not null) ? parts.Max(p => p.Status)!.Value : StatusCodes.Status200OK;
            await WriteFragmentsAsync(http, asked.Look, parts);
            return;
        }
        // What changes from here on is told to the page; what is read below is at least as new.
        string? position = null;
        if (page.Fragments.Any(f => f.Watches.Count > 0))
            try
            {
                position = (await asked.Client.Operations.ChangesAsync(null, 0, asked.Cancellation)).Body.Position;
            }
            catch (ClientException)
            {
                // A page that is not live is better than none; it says so.
            }
        Loaded[] loaded = await Task.WhenAll(page.Fragments.Select(f => f.LoadAsync(asked.Look)));
        if (loaded.FirstOrDefault(l => l.Fragment.Name != "acts") is { Status: { } status } refused)
        {
            // What is said of the whole is enough; its parts would say the same again.
            http.Response.StatusCode = status;
            loaded = [refused];
        }
        await WriteAsync(http, asked.Look with { Position = position }, await page.CalledAsync(), loaded);
    }

    /// <summary>What is there no more is said to be gone once, and not by every part of its page.</summary>
    private static Loaded[] Gone(Look look, Loaded[] parts)
    {
        Loaded first = parts.First(p => p.Status is 404);
        return
        [
            .. parts.Select(p =>
                p.Status is not 404 ? p
                : p == first
                    ? p with
                    {
                        Content = Show.Of<Components.Notice>(
                            (nameof(Components.Notice.Text), look.Words["portal gone"]),
                            (nameof(Components.Notice.Tone), "bad")
                        ),
                    }
                : p with { Content = static _ => { } }
            ),
        ];
    }

    /// <summary>All of a fragment's table: <c>csv</c> to keep, or <c>json</c> for the page's script.</summary>
    private static async Task WholeAsync(HttpContext http, Page page, Fragment fragment, string form)
    {
        if (fragment.Whole is not { } read || form is not ("csv" or "json"))
        {
            http.Response.StatusCode = 404;
            return;
        }
        byte[] content;
        try
        {
            Table table = await read();
            content = form == "csv" ? TableForms.Csv(table) : TableForms.Json(table);
        }
        catch (ClientException e)
        {
            http.Response.StatusCode = e is ArmException refused ? refused.Status : 503;
            return;
        }
        http.Response.ContentType = form == "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{FileOf(page, fragment)}.{form}\"";
        await http.Response.Body.WriteAsync(content, http.RequestAborted);
    }

    /// <summary>Files of several resources lie beside each other: each is called by its resource too. A list has none.</summary>
    private static string FileOf(Page page, Fragment fragment) =>
        string.Concat(
            $"{(page.Above.Count > 0 ? $"{page.Title}-" : "")}{fragment.File ?? fragment.Name}".Select(c =>
                char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'
            )
        );

    /// <summary>Some fragments of a page, each in its section.</summary>
    private Task WriteFragmentsAsync(HttpContext http, Look look, IReadOnlyList<Loaded> loaded) =>
        RenderAsync<Sections>(http, look, new() { [nameof(Sections.Loaded)] = loaded });

    private async Task RenderAsync<T>(HttpContext http, Look look, Dictionary<string, object?> parameters)
        where T : IComponent
    {
        await using var renderer = new HtmlRenderer(_services, logs);
        string html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters))).ToHtmlString()
        );
        if (look.Hidden is { } hidden)
            html = html.Replace(hidden, "…", StringComparison.OrdinalIgnoreCase);
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.ContentLanguage = look.Words.Language;
        await http.Response.WriteAsync(html, http.RequestAborted);
    }

    public void Dispose() => _services.Dispose();
}
