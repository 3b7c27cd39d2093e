using System.Globalization;
using System.Text.RegularExpressions;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Portal.Components;

namespace Causeway.Portal.Pages;

/// <summary>What would happen to prefixes that nobody has declared yet.</summary>
internal static partial class WhatIfPage
{
    private static readonly char[] Between = [' ', ',', ';', '\n', '\r', '\t'];

    public static IReadOnlyList<Fragment> Fragments(Asked asked)
    {
        string prefixes = asked.Http.Request.Query["prefixes"].ToString();
        string asn = asked.Http.Request.Query["asn"].ToString();
        (string[] wanted, string[] wrong) = Read(prefixes);
        string[] problems =
        [
            .. wrong,
            .. asn.Length > 0 && !IsAsn(asn) ? [asked.Words["portal wrong number", 1, uint.MaxValue - 1]] : Array.Empty<string>(),
        ];
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
                            (nameof(WhatIf.Asn), asn),
                            (nameof(WhatIf.Problems), problems)
                        )
                    )
            ),
        };
        if (wanted.Length > 0 && IsAsn(asn) && asked.Viewer.Subscriptions is [var any, ..])
            fragments.Add(
                new Fragment(
                    "answer",
                    [],
                    async () =>
                        Of(
                            asked,
                            await asked.Client.Peerings.ValidateInAsync(
                                Ids.Subscription(any.SubscriptionId),
                                new ValidatePrefixesBody(wanted, long.Parse(asn, CultureInfo.InvariantCulture)),
                                asked.Cancellation
                            )
                        )
                )
            );
        return fragments;

        // What is no prefix is named with its line; the others are looked up all the same.
        (string[] Wanted, string[] Wrong) Read(string text)
        {
            var good = new List<string>();
            var bad = new List<string>();
            string[] lines = text.Split('\n');
            for (int i = 0; i < lines.Length; i++)
                foreach (string one in lines[i].Split(Between, StringSplitOptions.RemoveEmptyEntries))
                    if (IsPrefix(one))
                        good.Add(one);
                    else
                        bad.Add(asked.Words["portal line", i + 1, asked.Words["portal wrong prefix", one]]);
            return ([.. good], [.. bad]);
        }
    }

    /// <summary>A network by its first address: one that is somewhere within is another's, or a slip.</summary>
    private static bool IsPrefix(string text) =>
        System.Net.IPNetwork.TryParse(text, out System.Net.IPNetwork network)
        && System.Net.IPAddress.TryParse(text.Split('/')[0], out System.Net.IPAddress? first)
        && first.Equals(network.BaseAddress);

    private static bool IsAsn(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long asn) && asn is >= 1 and < uint.MaxValue;

    public static Microsoft.AspNetCore.Components.RenderFragment Of(Asked asked, IReadOnlyList<Document<PrefixEvidenceBody>> prefixes) =>
        Show.Of<Proofs>(
            (nameof(Proofs.Words), asked.Words),
            (nameof(Proofs.Prefixes), prefixes.Select(p => asked.Look.IsShared ? Told(p.Body) : p.Body).ToArray())
        );

    /// <summary>A reason up to where it begins to tell of a ticket: that there is one, and what the operator wrote on it, is for who asked. That one can be opened, anybody may know.</summary>
    internal static string WithoutTickets(string reason) =>
        OfTicket().Match(reason) is { Success: true } told ? reason[..told.Index].TrimEnd(' ', ':') : reason;

    [GeneratedRegex(@"\bTicket |\bticket \S+ accepted it until ")]
    private static partial Regex OfTicket();

    /// <summary>What anybody may know of it: registries are public; what an operator wrote on a ticket, and whose circuit lends a block, is not.</summary>
    private static PrefixEvidenceBody Told(PrefixEvidenceBody prefix) =>
        prefix with
        {
            Reason = WithoutTickets(prefix.Reason),
            Evidence =
            [
                .. prefix
                    .Evidence.Where(e => e.Kind != "Ticket")
                    .Select(e => e.Kind == "Cover" ? e with { Source = "", Object = "", Says = "" } : e),
            ],
        };
}
