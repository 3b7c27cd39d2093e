using Causeway.Portal.Components;
using Microsoft.AspNetCore.Components;

namespace Causeway.Portal.Pages;

/// <summary>Components as fragments of pages.</summary>
internal static class Show
{
    public static RenderFragment Of<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent =>
        builder =>
        {
            builder.OpenComponent<T>(0);
            foreach ((string name, object? value) in parameters)
                builder.AddComponentParameter(1, name, value);
            builder.CloseComponent();
        };

    public static RenderFragment Table(Language.Words words, Table table) =>
        Of<TableView>((nameof(TableView.Model), table), (nameof(TableView.Words), words));

    /// <summary>The table of a fragment, of which a part is shown where it is long, and which who is signed in may take whole.</summary>
    /// <param name="kept">What of the query says which table it is, as in <c>&amp;of=…</c>.</param>
    public static RenderFragment Table(Asked asked, string fragment, Table table, string kept = "") =>
        Of<TableView>(
            (nameof(TableView.Model), table),
            (nameof(TableView.Words), asked.Words),
            (nameof(TableView.Source), asked.Look.Session is null ? null : $"{asked.Http.Request.Path}?fragment={fragment}{kept}"),
            (nameof(TableView.Path), asked.Http.Request.Path.Value),
            (nameof(TableView.Kept), kept),
            (nameof(TableView.At), asked.At)
        );

    public static RenderFragment Facts(Facts facts) => Of<FactsView>((nameof(FactsView.Model), facts));

    /// <summary>What can be done from here; nothing where there is nothing.</summary>
    public static RenderFragment Acts(params IReadOnlyList<(string Text, string Path)> all) =>
        all.Count == 0 ? static _ => { } : Of<ActLinks>((nameof(ActLinks.All), all));

    /// <summary>What can be done from here, of which one is what who looks does next.</summary>
    /// <param name="next">The path of that; null where nothing is, and none stands out.</param>
    public static RenderFragment Acts(IReadOnlyList<(string Text, string Path)> all, string? next) =>
        all.Count == 0 ? static _ => { } : Of<ActLinks>((nameof(ActLinks.All), all), (nameof(ActLinks.Next), next ?? ""));

    public static RenderFragment Heading(string text) =>
        builder =>
        {
            builder.OpenElement(0, "h2");
            builder.AddContent(1, text);
            builder.CloseElement();
        };

    /// <summary>Text whose long names may be broken at their joints, so that no column is as wide as the longest of them. It is read and copied as before.</summary>
    public static RenderFragment Breaking(string text) =>
        builder =>
        {
            IReadOnlyList<string> parts = Breaks.Of(text);
            for (int i = 0; i < parts.Count; i++)
            {
                if (i > 0)
                    builder.AddMarkupContent(0, "<wbr>");
                builder.AddContent(1, parts[i]);
            }
        };

    /// <summary>One after the other.</summary>
    public static RenderFragment All(params IReadOnlyList<RenderFragment> parts) =>
        builder =>
        {
            foreach (RenderFragment part in parts)
                builder.AddContent(0, part);
        };
}
