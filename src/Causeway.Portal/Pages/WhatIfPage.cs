using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Portal.Components;

namespace Causeway.Portal.Pages;

/// <summary>What would happen to prefixes that nobody has declared yet.</summary>
internal static class WhatIfPage
{
    private static readonly char[] Between = [' ', ',', ';', '\n', '\r', '\t'];

    public static IReadOnlyList<Fragment> Fragments(Asked asked)
    {
        string prefixes = asked.Http.Request.Query["prefixes"].ToString();
        string asn = asked.Http.Request.Query["asn"].ToString();
        var fragments = new List<Fragment>
        {
            new(
                "question",
                [],
                () =>
                    Task.FromResult(
                        Show.Of<WhatIf>(
                            (nameof(WhatIf.Words), asked.Words),
                            (nameof(WhatIf.Path), asked.Http.Request.Path.Value),
                            (nameof(WhatIf.Prefixes), prefixes),
                            (nameof(WhatIf.Asn), asn)
                        )
                    )
            ),
        };
        if (
            prefixes.Split(Between, StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } wanted
            && long.TryParse(asn, out long number)
            && asked.Viewer.Subscriptions is [var any, ..]
        )
            fragments.Add(
                new Fragment(
                    "answer",
                    [],
                    async () =>
                        Of(
                            asked,
                            await asked.Client.Peerings.ValidateInAsync(
                                Ids.Subscription(any.SubscriptionId),
                                new ValidatePrefixesBody(wanted, number),
                                asked.Cancellation
                            )
                        )
                )
            );
        return fragments;
    }

    public static Microsoft.AspNetCore.Components.RenderFragment Of(Asked asked, IReadOnlyList<Document<PrefixEvidenceBody>> prefixes) =>
        Show.Of<Proofs>(
            (nameof(Proofs.Words), asked.Words),
            (nameof(Proofs.Prefixes), prefixes.Select(p => asked.Look.IsShared ? Told(p.Body) : p.Body).ToArray())
        );

    /// <summary>A reason up to where it begins to tell of a ticket: what the operator wrote on it is for who asked.</summary>
    internal static string WithoutTickets(string reason) =>
        reason.IndexOf("Ticket ", StringComparison.Ordinal) is var at and >= 0 ? reason[..at].TrimEnd() : reason;

    /// <summary>What anybody may know of it: registries are public; what an operator wrote on a ticket, and whose circuit lends a block, is not.</summary>
    private static PrefixEvidenceBody Told(PrefixEvidenceBody prefix) =>
        prefix with
        {
            Reason = WithoutTickets(prefix.Reason),
            Evidence = [.. prefix.Evidence.Select(e => e.Kind is "Ticket" or "Cover" ? e with { Source = "", Object = "", Says = "" } : e)],
        };
}
