using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Microsoft.AspNetCore.Components;

namespace Causeway.Portal.Pages;

/// <summary>Markdown that an operator wrote, as HTML: tables and lists of it too. HTML in it is text, and no address in it leads to a script.</summary>
internal static class Prose
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    /// <summary>Its headings stand below that of the page.</summary>
    public static MarkupString Of(string markdown)
    {
        MarkdownDocument document = Markdown.Parse(markdown, s_pipeline);
        foreach (HeadingBlock heading in document.Descendants<HeadingBlock>())
            heading.Level = Math.Min(heading.Level + 1, 6);
        using var text = new StringWriter();
        // Whatever writes an address, of a link, a picture or between angle brackets, writes it by this.
        var html = new HtmlRenderer(text) { LinkRewriter = address => IsHarmless(address) ? address : "" };
        s_pipeline.Setup(html);
        html.Render(document);
        return new MarkupString(text.ToString());
    }

    /// <summary>Of a page, of mail, or of this server: what names no scheme.</summary>
    private static bool IsHarmless(string address) =>
        !address.Contains(':', StringComparison.Ordinal)
        || address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);
}
