using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Primitives;
using Causeway.Registries.Filters;
using Causeway.Registries.Irr.Sets;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Rpki;
using Causeway.Registries.Sample;
using Causeway.Registries.Verdicts;
using Causeway.Registries;

namespace Causeway.Registry;

/// <summary>
/// <c>causeway registry ...</c> and <c>causeway prefix check</c>: usable alone, without a server. The questions are answered from the data folder that
/// <c>registry run</c> fills; where there is none, from the embedded sample.
/// </summary>
public static class RegistryCommand
{
    // A script can tell "no" from "could not be asked".
    private const int Yes = 0;
    private const int No = 1;
    private const int Failed = 2;

    private static Option<OutputFormat> Output() =>
        new("--output", "-o") { Description = "table, json or yaml", DefaultValueFactory = _ => OutputFormat.Table };

    private static Option<string> Data() =>
        new("--data")
        {
            Description = "the folder that 'registry run' fills",
            DefaultValueFactory = _ => Path.Combine(Environment.GetEnvironmentVariable("CAUSEWAY_DATA") ?? "data", "registries"),
        };

    /// <summary><c>registry</c> with all its verbs.</summary>
    public static Command Create(TimeProvider clock) =>
        new("registry", "What IRR, RPKI and PeeringDB say")
        {
            RegistryRun.Create(clock, Data()),
            Check("check", clock),
            Expand(clock),
            Filter(clock),
            Network(clock),
            Status(clock),
            RegistryAccept.Create(clock, Data()),
        };

    /// <summary><c>prefix check</c>.</summary>
    public static Command CreatePrefix(TimeProvider clock) => new("prefix", "Prefixes and who may announce them") { Check("check", clock) };

    private static Command Check(string name, TimeProvider clock)
    {
        var prefix = new Argument<string>("PREFIX") { Description = "such as 192.0.2.0/24 or 2001:db8::/32" };
        var asn = new Argument<string>("ASN") { Description = "such as 64496 or AS64496" };
        var registry = new Option<string>("--registry")
        {
            Description = $"the registry it is said to be in: {string.Join(", ", RoutingRegistry.All.Select(r => r.Name))}",
            DefaultValueFactory = _ => "NONE",
        };
        Option<OutputFormat> output = Output();
        Option<string> data = Data();
        var command = new Command(name, "Does a prefix belong to an ASN? With the evidence. Exits 0 when proven, 1 when not.")
        {
            prefix,
            asn,
            registry,
            output,
            data,
        };
        command.SetAction(
            (arguments, cancellation) =>
                AskAsync(
                    arguments,
                    data,
                    clock,
                    (view, _) =>
                    {
                        var problems = new List<string>();
                        if (!IpPrefix.TryParseLoose(arguments.GetRequiredValue(prefix), out IpPrefix p, out bool hostBits))
                            problems.Add(
                                $"'{arguments.GetValue(prefix)}' is not a prefix: write an address and a length, such as 192.0.2.0/24."
                            );
                        else if (hostBits)
                            problems.Add($"'{arguments.GetValue(prefix)}' has host bits set: use {p}.");
                        if (!Asn.TryParse(arguments.GetRequiredValue(asn), out Asn a))
                            problems.Add($"'{arguments.GetValue(asn)}' is not an AS number.");
                        if (!RoutingRegistry.TryParse(arguments.GetValue(registry), out RoutingRegistry named))
                            problems.Add(
                                $"'{arguments.GetValue(registry)}' is not a registry: use one of {string.Join(", ", RoutingRegistry.All.Select(r => r.Name))}."
                            );
                        if (problems.Count > 0)
                            return Refuse(arguments, problems);
                        PrefixProof proof = view.Prove(p, a, named);
                        Print(arguments, output, RegistryAnswers.Json(proof), o => RegistryAnswers.Table(o, proof));
                        return proof.IsProven ? Yes : No;
                    },
                    cancellation
                )
        );
        return command;
    }

    private static Command Expand(TimeProvider clock)
    {
        var set = new Argument<string>("AS-SET") { Description = "such as AS-EXAMPLE or RADB::AS-EXAMPLE" };
        Option<OutputFormat> output = Output();
        Option<string> data = Data();
        var command = new Command("expand", "The ASNs in an AS-SET and in the sets inside it") { set, output, data };
        command.SetAction(
            (arguments, cancellation) =>
                AskAsync(
                    arguments,
                    data,
                    clock,
                    (view, _) =>
                    {
                        AsSetExpansion expansion = view.Irr.ExpandAsSet(arguments.GetRequiredValue(set));
                        Print(arguments, output, RegistryAnswers.Json(expansion), o => RegistryAnswers.Table(o, expansion));
                        return expansion.Found ? Yes : No;
                    },
                    cancellation
                )
        );
        return command;
    }

    private static Command Filter(TimeProvider clock)
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
        var upTo = new Option<int?>("--up-to") { Description = "accept more specific routes up to this length" };
        var v4 = new Option<bool>("--ipv4", "-4") { Description = "IPv4 only" };
        var v6 = new Option<bool>("--ipv6", "-6") { Description = "IPv6 only" };
        var exact = new Option<bool>("--no-aggregate") { Description = "one entry per registered prefix" };
        Option<OutputFormat> output = Output();
        Option<string> data = Data();
        var command = new Command("filter", "The prefix list of an ASN or AS-SET")
        {
            objects,
            format,
            name,
            upTo,
            v4,
            v6,
            exact,
            output,
            data,
        };
        command.SetAction(
            (arguments, cancellation) =>
                AskAsync(
                    arguments,
                    data,
                    clock,
                    (view, _) =>
                    {
                        IpFamily? family = (arguments.GetValue(v4), arguments.GetValue(v6)) switch
                        {
                            (true, false) => IpFamily.V4,
                            (false, true) => IpFamily.V6,
                            _ => null,
                        };
                        (PrefixFilter? filter, Refusal? refusal) = PrefixFilter.Build(
                            view.Irr,
                            new PrefixFilterRequest
                            {
                                Objects = arguments.GetRequiredValue(objects),
                                Name = arguments.GetRequiredValue(name),
                                MoreSpecificUpTo = arguments.GetValue(upTo),
                                Aggregate = !arguments.GetValue(exact),
                                Family = family,
                            }
                        );
                        if (filter is null)
                            return Refuse(
                                arguments,
                                refusal!.Details.Count > 0 ? [.. refusal.Details.Select(d => d.Message)] : [refusal.Message]
                            );
                        Print(
                            arguments,
                            output,
                            JsonNode.Parse(FilterText.Render(filter, FilterFormat.Json))!,
                            o => o.Write(FilterText.Render(filter, arguments.GetValue(format)))
                        );
                        foreach (string missing in filter.Missing)
                            arguments.InvocationConfiguration.Error.WriteLine($"missing: no source has {missing}");
                        return filter.V4.Count + filter.V6.Count > 0 ? Yes : No;
                    },
                    cancellation
                )
        );
        return command;
    }

    private static Command Network(TimeProvider clock)
    {
        var asn = new Argument<string>("ASN");
        Option<OutputFormat> output = Output();
        Option<string> data = Data();
        var command = new Command("network", "Who an ASN is, and where, by PeeringDB") { asn, output, data };
        command.SetAction(
            (arguments, cancellation) =>
                AskAsync(
                    arguments,
                    data,
                    clock,
                    (view, _) =>
                    {
                        if (!Asn.TryParse(arguments.GetRequiredValue(asn), out Asn a))
                            return Refuse(arguments, [$"'{arguments.GetValue(asn)}' is not an AS number."]);
                        if (view.PeeringDb.Network(a) is not { } net)
                        {
                            arguments.InvocationConfiguration.Error.WriteLine(
                                $"PeeringDB ({view.PeeringDb.NetworkCount} networks here) does not know AS{a}."
                            );
                            return No;
                        }
                        Print(
                            arguments,
                            output,
                            RegistryAnswers.Json(view.PeeringDb, net),
                            o => RegistryAnswers.Table(o, view.PeeringDb, net)
                        );
                        return Yes;
                    },
                    cancellation
                )
        );
        return command;
    }

    private static Command Status(TimeProvider clock)
    {
        Option<OutputFormat> output = Output();
        Option<string> data = Data();
        var command = new Command("status", "The sources, how old they are and what is wrong with them. Exits 1 when something is.")
        {
            output,
            data,
        };
        command.SetAction(
            (arguments, cancellation) =>
                AskAsync(
                    arguments,
                    data,
                    clock,
                    (_, status) =>
                    {
                        DateTimeOffset now = clock.GetUtcNow();
                        Print(
                            arguments,
                            output,
                            RegistryAnswers.Json(status, now),
                            o =>
                            {
                                RegistryAnswers.Table(o, status, now);
                                foreach (SourceStatus s in status.Where(s => s.HoldsBack))
                                    o.WriteLine(
                                        $"{s.Name} has a newer state that is held back. To use it: causeway registry accept {s.Name} --data {arguments.GetValue(data)}"
                                    );
                            }
                        );
                        return status.All(s => s.Problem is null) ? Yes : No;
                    },
                    cancellation
                )
        );
        return command;
    }

    /// <summary>Opens the data folder, or else the sample, and asks.</summary>
    private static async Task<int> AskAsync(
        ParseResult arguments,
        Option<string> data,
        TimeProvider clock,
        Func<RegistryView, IReadOnlyList<SourceStatus>, int> ask,
        CancellationToken cancellation
    )
    {
        string folder = arguments.GetRequiredValue(data);
        TextWriter errors = arguments.InvocationConfiguration.Error;
        try
        {
            if (Directory.Exists(folder))
            {
                (RegistryView view, IReadOnlyList<SourceStatus> status) = await RegistrySnapshot.OpenAsync(folder, clock, cancellation);
                return ask(view, status);
            }
            // A folder that was named must exist; the default need not.
            if (arguments.GetResult(data) is { Implicit: false })
            {
                errors.WriteLine(
                    $"There is no data folder {folder}: 'causeway registry run --data {folder} --dump FILE --vrps FILE' fills one."
                );
                return Failed;
            }
            errors.WriteLine($"No data folder {folder}: the answer is the embedded sample's, which knows documentation prefixes only.");
            DirectoryInfo scratch = Directory.CreateTempSubdirectory("causeway-sample-");
            try
            {
                using var sample = new RegistryService(SampleRegistries.Options(scratch.FullName), clock);
                await sample.LoadAsync(null, cancellation);
                return ask(sample.Current, sample.Status());
            }
            finally
            {
                scratch.Delete(recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(e.Message);
            return Failed;
        }
    }

    private static int Refuse(ParseResult arguments, IReadOnlyList<string> problems)
    {
        foreach (string problem in problems)
            arguments.InvocationConfiguration.Error.WriteLine(problem);
        return Failed;
    }

    private static void Print(ParseResult arguments, Option<OutputFormat> output, JsonNode json, Action<TextWriter> table) =>
        RegistryOutput.Write(arguments.InvocationConfiguration.Output, arguments.GetValue(output), json, table);
}
