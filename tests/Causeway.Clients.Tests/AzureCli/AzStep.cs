using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Causeway.Clients.Tests.AzureCli;

/// <summary>One command of <c>Steps.txt</c>, and what its answer has to hold.</summary>
/// <param name="Section">The heading that it stands under.</param>
/// <param name="Who">The principal, as in <c>access.json</c>.</param>
public sealed partial record AzStep(string Section, string Who, string Command, IReadOnlyList<string> Checks)
{
    /// <summary>The command without names and values: <c>network express-route show</c>.</summary>
    public string Verb => string.Join(' ', Command.Split(' ').TakeWhile(w => !w.StartsWith('-')));

    public bool IsRefused => Checks.Any(c => c.StartsWith('!'));

    public static IReadOnlyList<AzStep> Read(string text)
    {
        var steps = new List<AzStep>();
        string section = "";
        foreach (string line in text.Split('\n').Where(l => l.Trim().Length > 0))
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..].Trim();
            else if (line.StartsWith("  ", StringComparison.Ordinal))
                steps[^1] = steps[^1] with { Checks = [.. steps[^1].Checks, line.Trim()] };
            else if (line[0] != '#')
            {
                string[] parts = line.Split("> ", 2);
                steps.Add(new AzStep(section, parts[0], parts[1].Trim(), []));
            }
        return steps;
    }

    /// <summary>Words are apart by spaces; a JSON object is one word.</summary>
    public IReadOnlyList<string> Words(IReadOnlyDictionary<string, string> known) =>
        [.. Word().Matches(Command).Select(m => Filled(m.Value, known))];

    /// <summary>What is wrong with an answer; null when nothing is.</summary>
    /// <param name="known">What earlier steps kept; this one adds to it.</param>
    public string? Judge(AzAnswer answer, IDictionary<string, string> known)
    {
        if (Checks.FirstOrDefault(c => c.StartsWith('!')) is { } refusal)
        {
            string words = refusal[1..].Trim();
            return answer.Exit == 0 ? $"it should be refused, and printed {answer.Output}"
                : answer.Error.Contains(words, StringComparison.Ordinal) ? null
                : $"it should say '{words}', and says {answer.Error}";
        }
        if (answer.Exit != 0)
            return answer.Error;
        if (Checks.Count == 0)
            return null;
        JsonNode? body = string.IsNullOrWhiteSpace(answer.Output) ? null : JsonNode.Parse(answer.Output);
        foreach (string check in Checks)
        {
            string[] sides = check.Split(" = ", 2);
            bool keeps = sides[0].StartsWith('$');
            string found = At(body, keeps ? sides[1] : sides[0]);
            if (keeps)
                known[sides[0][1..]] = found;
            else if (found != Filled(sides[1], known.AsReadOnly()))
                return $"{sides[0]} is '{found}', not '{sides[1]}'";
        }
        return null;
    }

    private static string At(JsonNode? node, string path)
    {
        foreach (Match part in Part().Matches(path))
            node = part.Value switch
            {
                "#" => (node as JsonArray)?.Count,
                ['[', .. var index, ']'] => node?[int.Parse(index)],
                var name => (node as JsonObject)?[name],
            };
        return node is null ? ""
            : node.GetValueKind() == JsonValueKind.String ? node.ToString()
            : node.ToJsonString();
    }

    private static string Filled(string text, IReadOnlyDictionary<string, string> known) =>
        Name().Replace(text, m => known.TryGetValue(m.Groups[1].Value, out string? value) ? value : m.Value);

    [GeneratedRegex("""\{".*\}(?= |$)|\S+""")]
    private static partial Regex Word();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Name();

    [GeneratedRegex(@"#|\[\d+\]|[^.\[\]]+")]
    private static partial Regex Part();
}
