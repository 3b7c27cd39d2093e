using System.Globalization;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Portal.Components;
using Causeway.Portal.Sessions;

namespace Causeway.Portal.Pages;

/// <summary>A link that shows one resource's diagnostics to whoever has it, until it ends; and what it shows.</summary>
internal static class SharePage
{
    /// <summary>Minutes that one may choose.</summary>
    public static readonly int[] Lasts = [10, 30, 60];

    /// <summary>What is diagnostics: no key, nobody's name, nothing that one can do.</summary>
    private static readonly HashSet<string> Shown =
    [
        "explain",
        "path",
        "connections",
        "checks",
        "peerings",
        "sessions",
        "graphs",
        "states",
        "proof",
    ];

    /// <summary>What is found of a resource, for whoever looks: to who has a link only, nothing of tickets, and nothing that somebody wrote on one.</summary>
    public static ExplainBody Told(Asked asked, ExplainBody explained) =>
        !asked.Look.IsShared
            ? explained
            : explained with
            {
                Summary = WhatIfPage.WithoutTickets(explained.Summary),
                Findings =
                [
                    .. explained
                        .Findings.Where(f => !f.Code.StartsWith("Ticket", StringComparison.Ordinal))
                        .Select(f =>
                            f with
                            {
                                Message = WhatIfPage.WithoutTickets(f.Message),
                                Values = [.. f.Values.Select(WhatIfPage.WithoutTickets)],
                                ValuesByName = f.ValuesByName?.ToDictionary(v => v.Key, v => WhatIfPage.WithoutTickets(v.Value)),
                            }
                        ),
                ],
            };

    /// <summary>How a resource stands and who acts next, as whoever looks may be told it.</summary>
    public static Fragment Explained(Asked asked, string id, Func<Task<ExplainBody>> read) =>
        new(
            "explain",
            [id],
            async () =>
                Show.Of<Explained>(
                    (nameof(Components.Explained.Words), asked.Words),
                    (nameof(Components.Explained.Name), Ids.NameOf(id)),
                    (nameof(Components.Explained.Path), asked.Look.IsShared ? null : Cell.PathOf(id)),
                    (nameof(Components.Explained.Body), Told(asked, await read()))
                )
        );

    /// <summary>Whether a resource has diagnostics to share.</summary>
    public static bool IsFor(string id) =>
        PortalPages.TypeOf(id) is "microsoft.network/expressroutecircuits" or "microsoft.peering/peerings";

    public static (string Text, string Path) Link(Asked asked, string id) =>
        (asked.Words["portal share", Ids.NameOf(id)], $"/portal/share?on={Uri.EscapeDataString(id)}");

    /// <param name="link">What was made; null to ask.</param>
    /// <param name="problem">Why none was made; null where it was not tried, or was.</param>
    public static Page Of(Asked asked, string id, (string Url, DateTimeOffset Until)? link, string? problem = null) =>
        new(
            asked.Words["portal share", Ids.NameOf(id)],
            PortalPages.SideOf(asked, Side.Customer),
            [
                new Fragment(
                    "share",
                    [],
                    () =>
                        Task.FromResult(
                            Show.Of<ShareForm>(
                                (nameof(ShareForm.Words), asked.Words),
                                (nameof(ShareForm.On), id),
                                (nameof(ShareForm.FormKey), asked.Look.Session!.FormKey),
                                (nameof(ShareForm.Problem), problem),
                                (nameof(ShareForm.Url), link?.Url),
                                (nameof(ShareForm.Until), link is { } made ? Cell.Time(made.Until).Text : null)
                            )
                        )
                ),
            ]
        )
        {
            Above = [(Ids.NameOf(id), Cell.PathOf(id))],
        };

    /// <summary>The service key of a circuit, by which its provider finds it; null for what has none.</summary>
    public static async Task<string?> KeyOfAsync(CausewayClient client, string id, CancellationToken cancellation) =>
        PortalPages.TypeOf(id) == "microsoft.network/expressroutecircuits"
            ? (await client.Circuits.GetAsync(id, cancellation)).Body.Properties.ServiceKey.ToString()
            : null;

    /// <summary>How long a link is asked to last; null for what cannot be chosen.</summary>
    public static TimeSpan? LastsOf(string minutes) =>
        int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out int chosen) && Lasts.Contains(chosen)
            ? TimeSpan.FromMinutes(chosen)
            : null;

    /// <summary>The diagnostics of the page of a resource, as they are now.</summary>
    public static Page? OfShared(Asked asked, Shared shared) =>
        PortalPages.Find(asked, $"r{shared.Resource}") is { } page
            ? new Page(
                page.Title,
                null,
                [
                    new Fragment(
                        "shared",
                        [],
                        () =>
                            Task.FromResult(
                                Show.Of<Notice>((nameof(Notice.Text), asked.Words["portal shared", Cell.Time(shared.Until).Text]))
                            )
                    ),
                    .. page.Fragments.Where(f => Shown.Contains(f.Name)).Select(f => f with { Watches = [], Whole = null }),
                ]
            )
            : null;
}
