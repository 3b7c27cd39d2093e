using Causeway.Client;
using Causeway.Client.Support;
using Causeway.Contracts.Support;
using Causeway.Portal.Pages.Acts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Causeway.Portal.Pages;

/// <summary>Letters and what else comes with tickets: how they come in with a form, and how they are taken away again.</summary>
internal static class TicketFiles
{
    /// <summary>Under the portal.</summary>
    public const string Path = "file";

    /// <summary>Bytes of a file, as the API takes it.</summary>
    private const int MostBytes = 5 << 20;

    /// <summary>Bytes of the form around it.</summary>
    private const int MostFormBytes = MostBytes + (64 << 10);

    /// <summary>Bytes of a form that are read and dropped, to say that they are too many; of more nothing is read.</summary>
    private const int MostReadBytes = 64 << 20;

    public static string PathOf(string ticket, string name) =>
        $"/portal/{Path}?on={Uri.EscapeDataString(ticket)}&name={Uri.EscapeDataString(name)}";

    /// <summary>
    /// Whether a form is taken as far as its size goes. One with a file may be larger than the others, and is read into memory: what is encrypted where it is kept lies nowhere
    /// else on a disk.
    /// </summary>
    public static async Task<bool> TakesAsync(HttpContext http, string path)
    {
        if (path != "do/attach")
            return true;
        bool isTooLarge = http.Request.ContentLength > MostFormBytes;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = isTooLarge ? MostReadBytes : MostFormBytes;
        if (isTooLarge)
        {
            // A browser hears why only once it has sent all of it.
            if (http.Request.ContentLength <= MostReadBytes)
                await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            return false;
        }
        await http.Request.ReadFormAsync(
            new FormOptions { MemoryBufferThreshold = MostFormBytes, MultipartBodyLengthLimit = MostFormBytes },
            http.RequestAborted
        );
        return true;
    }

    /// <summary>Gives a file of a ticket to keep: never to be shown here, whatever it holds. False where there is none, or none that the viewer may have.</summary>
    public static async Task<bool> WriteAsync(Asked asked)
    {
        HttpContext http = asked.Http;
        string ticket = http.Request.Query["on"].ToString();
        string name = http.Request.Query["name"].ToString();
        if (!Template.IsId(ticket) || PortalPages.TypeOf(ticket) != "microsoft.support/supporttickets" || !Template.IsId($"/{name}"))
            return false;
        byte[] content;
        try
        {
            SupportTicketBody body = (await asked.Client.Tickets.GetAsync(ticket, asked.Cancellation)).Body;
            content = await asked.Client.Tickets.DownloadAsync(body, name, asked.Cancellation);
        }
        catch (ClientException)
        {
            return false;
        }
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = content.Length;
        http.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = $"\"{name}\"" }.ToString();
        await http.Response.Body.WriteAsync(content, asked.Cancellation);
        return true;
    }
}
