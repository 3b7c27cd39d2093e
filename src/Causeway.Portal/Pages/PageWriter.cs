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

    /// <summary>Some fragments of a page, each in its section.</summary>
    public Task WriteFragmentsAsync(HttpContext http, Look look, IReadOnlyList<Loaded> loaded) =>
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
