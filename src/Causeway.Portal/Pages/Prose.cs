using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;
using MarkdownTable = Markdig.Extensions.Tables.Table;

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
        foreach (MarkdownTable table in document.Descendants<MarkdownTable>())
            Label(table);
        foreach (LinkInline link in document.Descendants<LinkInline>().Where(l => !LeadsSomewhere(l)).ToArray())
            ReplaceByItsText(link);
        using var text = new StringWriter();
        // Whatever writes an address, of a link, a picture or between angle brackets, writes it by this.
        var html = new HtmlRenderer(text) { LinkRewriter = address => IsHarmless(address) ? address : "" };
        s_pipeline.Setup(html);
        html.Render(document);
        return new MarkupString(text.ToString());
    }

    /// <summary>Each cell says what its column is, and holds one thing to stand beside that, for where rows become cards.</summary>
    private static void Label(MarkdownTable table)
    {
        string[] headings = [.. table.OfType<TableRow>().Where(r => r.IsHeader).SelectMany(r => r).Select(TextOf)];
        foreach (TableRow row in table.OfType<TableRow>().Where(r => !r.IsHeader))
            for (int i = 0; i < row.Count && i < headings.Length; i++)
            {
                row[i].GetAttributes().AddProperty("data-label", headings[i]);
                if (row[i].Descendants<ParagraphBlock>().FirstOrDefault()?.Inline is { FirstChild: { } first, LastChild: { } last })
                {
                    first.InsertBefore(new HtmlInline("<span>"));
                    last.InsertAfter(new HtmlInline("</span>"));
                }
            }
    }

    private static string TextOf(Block cell) =>
        string.Concat(
            cell.Descendants()
                .Select(d =>
                    d switch
                    {
                        LiteralInline text => text.Content.ToString(),
                        CodeInline code => code.Content,
                        _ => "",
                    }
                )
        );

    /// <summary>What is a file beside the text where it was written is none here; nor is a picture, which pages show of this server only.</summary>
    private static bool LeadsSomewhere(LinkInline link) =>
        !link.IsImage && link.Url is { } address && (address.StartsWith('/') || address.Contains(':', StringComparison.Ordinal));

    private static void ReplaceByItsText(LinkInline link)
    {
        foreach (Inline part in link.ToArray())
        {
            part.Remove();
            link.InsertBefore(part);
        }
        link.Remove();
    }

    /// <summary>Of a page, of mail, or of this server: what names no scheme.</summary>
    private static bool IsHarmless(string address) =>
        !address.Contains(':', StringComparison.Ordinal)
        || address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);
}
