using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts;
using Causeway.Contracts.Circuits;
using Causeway.Language;
using Causeway.Primitives;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway circuit explain</c>: what the server finds, in the user's language, and the command that would move it on.</summary>
internal static class ExplainVerbs
{
    public static IEnumerable<Twig> Twigs =>
        [new("circuit", () => [Explain(), Journal()]), new("operator", () => [BothWays()], As: "operator")];

    private static Verb BothWays() =>
        Shape.List(
            "asymmetries",
            ["causeway operator asymmetries", "causeway operator asymmetries -o json | jq -r .[].prefix"],
            "no asymmetries",
            call => call.Client.Circuits.AsymmetriesAsync(call.Cancellation),
            [
                new("prefix", (AsymmetryBody a) => a.Prefix),
                new("circuit", a => Ids.NameOf(a.Circuit)),
                new("peering", a => a.Peering),
                new("overTheCircuit", a => a.CircuitPath),
                new("overTheInternet", a => $"{a.InternetPrefix} {a.InternetPath}"),
                new("seenBy", a => a.SeenAt),
                new("since", a => a.Since),
            ]
        );

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
                new("difference", e => DifferenceBody.Summary(e.Differences)),
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
        {
            call.Out.WriteLine($"  {call.Words["level " + finding.Level], -10}  {InWords(call.Words, finding)}");
            if (finding is { Code: "AsymmetricRouting", ValuesByName: { } ways })
            {
                Draw(call, "explain way circuit", ways["circuitPath"]);
                Draw(call, "explain way internet", ways["internetPath"]);
            }
        }
        if (found.ActsNext is { Length: > 0 } who)
            call.Out.WriteLine(call.Words["who acts next", call.Words[$"the {who}"]]);
        if (decisive is not null && KeyOf(call.Words, decisive) is { } key && call.Words.TryOf(key) is { } line)
            call.Out.WriteLine(call.Words["try", await FillAsync(call, path, line, decisive.ValuesByName!)]);
    }

    /// <summary>The stations of a way, ours first.</summary>
    private static void Draw(CliCall call, string key, string way) =>
        call.Out.WriteLine(
            $"{"", -14}{call.Words[key], -18}  {string.Join(" ── ", PlainText.Escape(way).Split(' ', StringSplitOptions.RemoveEmptyEntries))}"
        );

    /// <summary>From the code and its values; what this program does not know yet is said as the server says it.</summary>
    internal static string InWords(Words words, FindingBody finding) =>
        KeyOf(words, finding) is { } key ? words.Say(key, finding.ValuesByName!) : PlainText.Escape(finding.Message);

    private static string? KeyOf(Words words, FindingBody finding) => words.KeyOfFinding(finding.Code, finding.ValuesByName);

    /// <summary><c>{circuit}</c> is its name, <c>{key}</c> its service key, which is asked for where it is wanted; the rest are values of the finding.</summary>
    private static async Task<string> FillAsync(CliCall call, string path, string line, IReadOnlyDictionary<string, string> values)
    {
        foreach ((string name, string value) in values)
            line = line.Replace($"{{{name}}}", PlainText.Escape(value), StringComparison.Ordinal);
        if (line.Contains("{key}", StringComparison.Ordinal))
        {
            CircuitBody circuit = (await call.Client.Circuits.GetAsync(path, call.Cancellation)).Body;
            line = line.Replace("{key}", circuit.Properties.ServiceKey.ToString(), StringComparison.Ordinal);
        }
        return line.Replace("{circuit}", Ids.NameOf(path), StringComparison.Ordinal);
    }
}
