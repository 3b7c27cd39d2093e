using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Primitives;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway prefix …</c>: what a peering may announce, and why.</summary>
internal static class PrefixVerbs
{
    private static readonly Column<PrefixEvidenceBody>[] Columns =
    [
        new("prefix", p => p.Prefix),
        new("state", p => p.State),
        new("until", p => p.Until),
        new("accepted", p => p.Accepted),
        new("evidence", p => p.Evidence.Select(e => $"{e.Kind} {e.Source} {e.Object}")),
        new("reason", p => p.Reason),
    ];

    public static IEnumerable<Twig> Twigs => [new("prefix", () => [Evidence(), Validate(), Sign()])];

    private static Verb Evidence() =>
        new(
            "evidence",
            ["causeway prefix evidence office", "causeway prefix evidence office --type public -o json"],
            async call =>
            {
                string peering = await PeeringVerbs.FindAsync(call);
                IReadOnlyList<Document<PrefixEvidenceBody>> declared = await call.Reading(
                    call.Client.Peerings.EvidenceAsync(peering, call.Cancellation)
                );
                Printer.List(call, declared, "no prefixes", Columns);
                // What a ROA forbids, no letter opens.
                if (declared.Any(d => d.Body.State is "Unproven" or "Expired" && d.Body.Evidence.All(e => e.Kind != "Rpki")))
                    call.Next("next ticket", call.Text("circuit"), Ids.NameOf(peering));
            },
            CircuitVerbs.Circuit(),
            PeeringVerbs.Type("microsoft")
        );

    private static Verb Sign() =>
        Shape.List(
            "sign",
            ["causeway prefix sign office 203.0.113.0/24 --signature-file signature.txt"],
            "no prefixes",
            async call =>
            {
                string prefix = call.Text("declared");
                string peering = await PeeringVerbs.FindAsync(call);
                IReadOnlyList<Document<PrefixEvidenceBody>> declared = await call.Client.Peerings.EvidenceAsync(peering, call.Cancellation);
                if (declared.All(d => d.Body.Prefix != prefix))
                    throw new CliException(call.Words["prefix not declared", prefix]);
                string signature = await File.ReadAllTextAsync(call.Text("--signature-file"), call.Cancellation);
                await call.Client.Peerings.SignAsync(peering, prefix, signature.Trim(), wait: true, call.Cancellation);
                return [.. (await call.Client.Peerings.EvidenceAsync(peering, call.Cancellation)).Where(e => e.Body.Prefix == prefix)];
            },
            Columns,
            CircuitVerbs.Circuit(),
            Opt.Argument("declared"),
            Opt.Needed("--signature-file", "FILE"),
            PeeringVerbs.Type("microsoft")
        );

    /// <summary>Without a circuit it asks for the subscription, as before an order.</summary>
    private static Verb Validate()
    {
        Argument<string> circuit = CircuitVerbs.Circuit();
        circuit.Arity = ArgumentArity.ZeroOrOne;
        return Shape.List(
            "validate",
            [
                "causeway prefix validate --prefixes 203.0.113.0/24 --asn 3333 --registry RIPENCC",
                "causeway prefix validate office --prefixes 203.0.113.0/24",
            ],
            "no prefixes",
            async call =>
            {
                var question = new ValidatePrefixesBody(
                    call.Get<string[]>("--prefixes") ?? [],
                    call.Get<string?>("--asn") is { } asn ? Asn.Parse(asn).Value : null,
                    call.Get<string?>("--registry")
                );
                return call.Text("circuit").Length > 0
                    ? await call.Client.Peerings.ValidateAsync(await PeeringVerbs.FindAsync(call), question, call.Cancellation)
                    : await call.Client.Peerings.ValidateInAsync(call.SubscriptionPath, question, call.Cancellation);
            },
            Columns,
            circuit,
            Opt.Many("--prefixes", "PREFIX", required: true),
            Opt.Text("--asn", "ASN"),
            Opt.Text("--registry", "REGISTRY"),
            PeeringVerbs.Type("microsoft")
        );
    }
}
