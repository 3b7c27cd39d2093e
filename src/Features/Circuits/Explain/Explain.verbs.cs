using Causeway.Cli.Kit;
using Causeway.Cli.Language;
using Causeway.Client;
using Causeway.Contracts.Circuits;
using Causeway.Primitives;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway circuit explain</c>: what the server finds, in the user's language, and the command that would move it on.</summary>
internal static class ExplainVerbs
{
    /// <summary>By the finding's code; CIRCUIT and KEY stand for the circuit's.</summary>
    private static readonly Dictionary<string, string> NextCommand = new(StringComparer.Ordinal)
    {
        ["NotProvisioned"] = "causeway provider provision start KEY",
        ["Provisioning"] = "causeway provider provision complete KEY",
        ["Deprovisioning"] = "causeway provider deprovision complete KEY",
        ["DeprovisioningLinked"] = "causeway network connection list",
        ["NoPrivatePeering"] =
            "causeway circuit peering create CIRCUIT --peer-asn ASN --vlan VLAN --primary A.B.C.D/30 --secondary A.B.C.D/30",
        ["PeeringDisabled"] = "causeway circuit peering enable CIRCUIT",
        ["PeeringConfiguring"] = "causeway circuit peering show CIRCUIT",
        ["PeeringFailed"] = "causeway circuit journal CIRCUIT",
        ["SessionDown"] = "causeway circuit sessions CIRCUIT",
        ["SessionUnknown"] = "causeway circuit sessions CIRCUIT",
        ["NoRoutes"] = "causeway circuit routes CIRCUIT",
        ["NoNetworks"] = "causeway network connection create NAME --gateway GATEWAY --circuit CIRCUIT",
    };

    public static IEnumerable<Twig> Twigs => [new("circuit", () => [Explain(), Journal()])];

    private static Verb Explain() =>
        new(
            "explain",
            ["causeway circuit explain office", "causeway circuit explain office -o json | jq .usable"],
            RunAsync,
            CircuitVerbs.Circuit()
        );

    private static Verb Journal() =>
        Shape.List(
            "journal",
            ["causeway circuit journal office", "causeway circuit journal office -o csv"],
            "no journal",
            call => call.Client.Circuits.JournalAsync(call.Circuit(), call.Cancellation),
            [
                new("when", e => e.At),
                new("who", e => e.ActorName ?? e.Actor),
                new("what", e => e.What),
                new("state", e => $"{e.From} -> {e.To}"),
                new("why", e => e.Why),
            ],
            CircuitVerbs.Circuit()
        );

    private static async Task RunAsync(CliCall call)
    {
        string path = call.Circuit();
        Document<ExplainBody> explained = await call.Reading(call.Client.Circuits.ExplainAsync(path, call.Cancellation));
        if (!call.ForPeople)
        {
            Printer.Raw(call, explained.Json);
            return;
        }
        ExplainBody found = explained.Body;
        FindingBody? decisive =
            found.Findings.FirstOrDefault(f => f.Level == "blocking") ?? found.Findings.FirstOrDefault(f => f.Level == "warning");
        string circuit = Ids.NameOf(path);
        string why = decisive is null ? "" : InWords(call.Words, decisive);
        call.Out.WriteLine(
            !found.Usable ? call.Words["explain unusable", circuit, why]
            : why.Length > 0 ? $"{call.Words["explain usable", circuit]} {why}"
            : call.Words["explain usable", circuit]
        );
        foreach (FindingBody finding in found.Findings)
            call.Out.WriteLine($"  {call.Words["level " + finding.Level], -10}  {InWords(call.Words, finding)}");
        if (found.ActsNext is { Length: > 0 } who)
            call.Out.WriteLine(call.Words["who acts next", call.Words[$"the {who}"]]);
        if (decisive is not null && NextCommand.TryGetValue(decisive.Code, out string? line))
            call.Out.WriteLine(call.Words["try", await FillAsync(call, path, line)]);
    }

    /// <summary>
    /// From the code and its values. A code that is said in several ways has a text for who acts next, or for how many values it has; a code that this
    /// program does not know yet is said as the server says it.
    /// </summary>
    internal static string InWords(Words words, FindingBody finding)
    {
        string[] keys =
        [
            $"explain {finding.Code} {finding.ActsNext}",
            $"explain {finding.Code} {finding.Values.Count}",
            $"explain {finding.Code}",
        ];
        return keys.FirstOrDefault(words.Has) is { } key ? words[key, [.. finding.Values]] : PlainText.Escape(finding.Message);
    }

    private static async Task<string> FillAsync(CliCall call, string path, string line)
    {
        if (line.Contains("KEY", StringComparison.Ordinal))
        {
            CircuitBody circuit = (await call.Client.Circuits.GetAsync(path, call.Cancellation)).Body;
            line = line.Replace("KEY", circuit.Properties.ServiceKey.ToString(), StringComparison.Ordinal);
        }
        return line.Replace("CIRCUIT", Ids.NameOf(path), StringComparison.Ordinal);
    }
}
