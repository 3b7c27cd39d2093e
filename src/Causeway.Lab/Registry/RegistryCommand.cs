using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Filters;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.PeeringDb;
using static Causeway.Lab.Registry.RegistryVerb;

namespace Causeway.Lab.Registry;

/// <summary>
/// <c>causeway registry ...</c> and <c>causeway prefix check</c>: usable alone, without a server. The questions are answered from the data folder that
/// <c>registry run</c> fills, or, when asked to, from the embedded sample.
/// </summary>
public static class RegistryCommand
{
    /// <summary><c>registry</c> with all its verbs.</summary>
    public static Command Create(TimeProvider clock) =>
        new("registry", "What IRR, RPKI and PeeringDB say")
        {
            new RegistryRun(clock),
            Check("registry", clock),
            Expand(clock),
            Filter(clock),
            Network(clock),
            Status(clock),
            RegistryAccept.Create(clock),
        };

    /// <summary><c>prefix check</c>.</summary>
    public static Command PrefixCheck(TimeProvider clock) => Check("prefix", clock);

    private static RegistryVerb Check(string group, TimeProvider clock)
    {
        var prefix = new Argument<string>("PREFIX") { Description = "such as 192.0.2.0/24 or 2001:db8::/32" };
        var asn = new Argument<string>("ASN") { Description = "such as 64496 or AS64496" };
        string registries = string.Join(", ", RoutingRegistry.All.Select(r => r.Name));
        var registry = new Option<string>("--registry")
        {
            Description = $"the registry it is said to be in: {registries}",
            DefaultValueFactory = _ => "NONE",
        };
        return new RegistryVerb("check", "Does a prefix belong to an ASN? With the evidence.", clock, Ask, prefix, asn, registry)
        {
            Examples =
            [
                $"causeway {group} check 192.0.2.0/24 AS64496",
                $"causeway {group} check 2001:db8::/32 64496 --registry RIPENCC -o json",
            ],
            ExitCodesInWords = "Exit codes: 0 proven, 1 not proven, 2 could not be asked.",
        };

        int Ask(Question question)
        {
            var problems = new List<string>();
            if (!IpPrefix.TryParseLoose(question.Value(prefix), out IpPrefix p, out bool hostBits))
                problems.Add($"'{question.Value(prefix)}' is not a prefix: write an address and a length, such as 192.0.2.0/24.");
            else if (hostBits)
                problems.Add($"'{question.Value(prefix)}' has host bits set: use {p}.");
            if (!Asn.TryParse(question.Value(asn), out Asn a))
                problems.Add(NoAsn(question.Value(asn)));
            if (!RoutingRegistry.TryParse(question.Value(registry), out RoutingRegistry named))
                problems.Add($"'{question.Value(registry)}' is not a registry: use one of {registries}.");
            if (question.NothingLoaded is { } nothing)
                problems.Add(nothing);
            if (problems.Count > 0)
                return question.Refuse(problems);
            PrefixProof proof = question.View.Prove(p, a, named);
            question.WarnOfSources();
            question.Print(RegistryAnswers.Json(proof), o => RegistryAnswers.Table(o, proof));
            return proof.IsProven ? Question.Yes : Question.No;
        }
    }

    private static string NoAsn(string text) => $"'{text}' is not an AS number: write it as 64496 or AS64496.";

    private static RegistryVerb Expand(TimeProvider clock)
    {
        var set = new Argument<string>("SET") { Description = "an as-set or route-set, such as AS-EXAMPLE or RADB::AS-EXAMPLE" };
        return new RegistryVerb("expand", "The ASNs in an AS-SET and in the sets inside it; of a route-set, the prefixes", clock, Ask, set)
        {
            Examples = ["causeway registry expand AS64496:AS-CUSTOMERS", "causeway registry expand RADB::AS-EXAMPLE -o json"],
            ExitCodesInWords = "Exit codes: 0 found, 1 no source has the set, 2 could not be asked.",
        };

        int Ask(Question question)
        {
            if (question.NothingLoaded is { } nothing)
                return question.Refuse([nothing]);
            IrrDatabase irr = question.View.Irr;
            string name = question.Value(set);
            if (irr.FindSet(name)?.Class == RpslClass.RouteSet)
            {
                RouteSetExpansion routes = irr.ExpandRouteSet(name);
                question.Print(RegistryAnswers.Json(routes), o => RegistryAnswers.Table(o, routes));
                return Question.Yes;
            }
            AsSetExpansion expansion = irr.ExpandAsSet(name);
            question.Print(RegistryAnswers.Json(expansion), o => RegistryAnswers.Table(o, expansion));
            return expansion.Found ? Question.Yes : Question.No;
        }
    }

    private static RegistryVerb Filter(TimeProvider clock)
    {
        var objects = new Argument<string[]>("ASN|AS-SET")
        {
            Description = "one or more ASNs, AS-SETs, route-sets or prefixes",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new Option<FilterFormat>("--format")
        {
            Description = "json, frr, bird or gobgp",
            DefaultValueFactory = _ => FilterFormat.Json,
        };
        var name = new Option<string>("--name") { Description = "the name in the generated text", DefaultValueFactory = _ => "CAUSEWAY" };
        var upTo = new Option<int?>("--up-to") { Description = "accept more specific routes up to this length (bgpq4 -R)" };
        var from = new Option<int?>("--from") { Description = "with --up-to: only routes of this length or longer (bgpq4 -r)" };
        var maxLength = new Option<int?>("--max-length") { Description = "leave out registered prefixes longer than this (bgpq4 -m)" };
        var v4 = new Option<bool>("--ipv4", "-4") { Description = "IPv4 only" };
        var v6 = new Option<bool>("--ipv6", "-6") { Description = "IPv6 only" };
        var rpki = new Option<RpkiUse>("--rpki")
        {
            Description =
                "apply: where ROAs cover a prefix they decide alone, as in 'registry check'; ignore: route objects at their word, as bgpq4",
            DefaultValueFactory = _ => RpkiUse.Apply,
        };
        var exact = new Option<bool>("--no-aggregate") { Description = "one entry per registered prefix" };
        return new RegistryVerb(
            "filter",
            "The prefix list of an ASN or AS-SET",
            clock,
            Ask,
            objects,
            format,
            name,
            upTo,
            from,
            maxLength,
            v4,
            v6,
            rpki,
            exact
        )
        {
            Examples =
            [
                "causeway registry filter AS64496 --format frr --name CUSTOMER-A",
                "causeway registry filter RIPE::AS-EXAMPLE AS64496 --format bird -4 --up-to 24",
            ],
            ExitCodesInWords = "Exit codes: 0 there are entries, 1 there are none (the filter then accepts nothing), 2 could not be asked.",
        };

        int Ask(Question question)
        {
            if (question.NothingLoaded is { } nothing)
                return question.Refuse([nothing]);
            question.WarnOfSources();
            IpFamily? family = (question.Value(v4), question.Value(v6)) switch
            {
                (true, false) => IpFamily.V4,
                (false, true) => IpFamily.V6,
                _ => null,
            };
            int? longest = question.Value(maxLength);
            if (longest is not null && (family is null || longest < 0))
                return question.Refuse(["--max-length is a length of one family: write it with -4 or -6."]);
            (PrefixFilter? filter, Refusal? refusal) = PrefixFilter.Build(
                question.View.Irr,
                new PrefixFilterRequest
                {
                    Objects = question.Value(objects),
                    Name = question.Value(name)!,
                    MoreSpecificUpTo = question.Value(upTo),
                    MoreSpecificFrom = question.Value(from),
                    MaxLength = longest ?? 128,
                    Aggregate = !question.Value(exact),
                    Family = family,
                    Vrps = question.Value(rpki) == RpkiUse.Apply ? question.View.Rpki.Table : null,
                }
            );
            if (filter is null)
                return question.Refuse(refusal!.Details.Count > 0 ? refusal.Details.Select(d => d.Message) : [refusal.Message]);
            question.Print(
                JsonNode.Parse(FilterText.Render(filter, FilterFormat.Json))!,
                o => o.Write(FilterText.Render(filter, question.Value(format)))
            );
            foreach (string missing in filter.Missing)
                question.Errors.WriteLine($"missing: no source has {missing}");
            foreach (IpPrefix invalid in filter.Invalid.Take(10))
                question.Errors.WriteLine(
                    $"left out: {invalid} is registered, but ROAs cover it and none allows it for these ASNs (--rpki ignore keeps it)"
                );
            if (filter.Invalid.Count > 10)
                question.Errors.WriteLine($"left out: {filter.Invalid.Count - 10:N0} more such prefixes");
            return filter.V4.Count + filter.V6.Count > 0 ? Question.Yes : Question.No;
        }
    }

    /// <summary>What ROAs have to say in a filter.</summary>
    private enum RpkiUse
    {
        Apply,
        Ignore,
    }

    private static RegistryVerb Network(TimeProvider clock)
    {
        var asn = new Argument<string>("ASN") { Description = "such as 64496 or AS64496" };
        return new RegistryVerb("network", "Who an ASN is, and where, by PeeringDB", clock, Ask, asn)
        {
            Examples = ["causeway registry network AS64496"],
            ExitCodesInWords = "Exit codes: 0 known, 1 not known, 2 could not be asked.",
        };

        int Ask(Question question)
        {
            if (!Asn.TryParse(question.Value(asn), out Asn a))
                return question.Refuse([NoAsn(question.Value(asn))]);
            PeeringDbData data = question.View.PeeringDb;
            if (data.Network(a) is not { } net)
            {
                question.Errors.WriteLine($"PeeringDB ({data.NetworkCount} networks here) does not know AS{a}.");
                return Question.No;
            }
            question.Print(RegistryAnswers.Json(data, net), o => RegistryAnswers.Table(o, data, net));
            return Question.Yes;
        }
    }

    private static RegistryVerb Status(TimeProvider clock)
    {
        return new RegistryVerb("status", "The sources, how old they are and what is wrong with them", clock, Ask)
        {
            Examples = ["causeway registry status", "causeway registry status -o json"],
            ExitCodesInWords = "Exit codes: 0 all is well, 1 something is wrong with a source, or nothing is loaded, 2 could not be asked.",
        };

        int Ask(Question question)
        {
            DateTimeOffset now = clock.GetUtcNow();
            question.Print(
                RegistryAnswers.Json(question.Status, now),
                o => RegistryAnswers.Table(o, question.Status, now, question.DataFolder)
            );
            return question.Status.Count > 0 && question.Status.All(s => s.Problem is null) ? Question.Yes : Question.No;
        }
    }
}
