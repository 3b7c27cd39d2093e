using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Causeway.Server.Topology;

/// <summary>
/// Reads a topology's <c>peeringPolicy</c>: Markdown whose front matter says what of it is checked. The text itself, or the name of a file beside the topology's.
/// </summary>
internal sealed class PolicyReader(TopologyProblems problems)
{
    /// <summary>Of a text that people read.</summary>
    private const int MostOctets = 64 * 1024;

    private const string Fence = "---";

    /// <summary>Of the topology.</summary>
    private const string Top = "peeringPolicy";

    /// <summary>The policy of whoever gives none: <c>docs/peering-policy.md</c>.</summary>
    public static string BuiltIn
    {
        get
        {
            using Stream stream = typeof(PolicyReader).Assembly.GetManifestResourceStream("Causeway.Server.Topology.peering-policy.md")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <param name="given">As the topology has it; null for the built-in one.</param>
    /// <param name="source">Where the topology comes from: a path, or something else.</param>
    /// <param name="stored">It was accepted once: its file is not read again, so that every node has the same.</param>
    /// <param name="accepted">The file's text as it was then; null when there was none.</param>
    public PublishedPolicy Read(string? given, string source, bool stored, string? accepted)
    {
        if (given is null || !IsFile(given))
            return Parse(given ?? BuiltIn);
        string? file = stored ? accepted : File(given.Trim(), source);
        return Parse(file ?? BuiltIn) with { File = file };
    }

    /// <summary>Whether what a topology has is the name of a file, and not the text itself.</summary>
    public static bool IsFile(string given) => !given.Trim().Contains('\n', StringComparison.Ordinal);

    private string? File(string name, string source)
    {
        string? folder = Path.IsPathFullyQualified(source) ? Path.GetDirectoryName(source) : null;
        if (!Path.GetExtension(name).Equals(".md", StringComparison.OrdinalIgnoreCase))
            problems.Add(Top, $"peeringPolicy: '{name}' is no Markdown file: name one that ends in .md, or write the text itself.");
        else if (folder is null && !Path.IsPathFullyQualified(name))
            problems.Add(Top, $"peeringPolicy: where '{name}' lies is not known here: write its whole path, or the text itself.");
        else
            try
            {
                var file = new FileInfo(folder is null ? name : Path.GetFullPath(name, folder));
                if (file.Length <= MostOctets)
                    return System.IO.File.ReadAllText(file.FullName);
                problems.Add(Top, $"peeringPolicy: {file.FullName} holds more than {MostOctets / 1024} KiB: a policy is read by people.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add(Top, $"peeringPolicy: '{name}' cannot be read: {e.Message}");
            }
        return null;
    }

    private PublishedPolicy Parse(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (Encoding.UTF8.GetByteCount(text) > MostOctets)
            problems.Add(Top, $"peeringPolicy holds more than {MostOctets / 1024} KiB: a policy is read by people.");
        if (!text.StartsWith($"{Fence}\n", StringComparison.Ordinal))
            return PublishedPolicy.Default with { Text = text.Trim() };
        int end = text.IndexOf($"\n{Fence}\n", Fence.Length, StringComparison.Ordinal);
        if (end < 0)
        {
            problems.Add(Top, $"peeringPolicy: its front matter has no end: close it with a line '{Fence}'.");
            return PublishedPolicy.Default;
        }
        string yaml = text[(Fence.Length + 1)..(end + 1)];
        PolicyEntry entry;
        try
        {
            BoundedYaml.Check(yaml);
            entry =
                new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build().Deserialize<PolicyEntry>(yaml)
                ?? new();
        }
        catch (YamlException e)
        {
            problems.Add(
                Top,
                $"peeringPolicy, line {e.Start.Line + 1}: its front matter has 'blocks' and 'advises', each a list of conditions such as [record, noc]."
            );
            return PublishedPolicy.Default;
        }
        ImmutableArray<ApprovalCondition> blocks = Conditions(entry.Blocks, "blocks") ?? PublishedPolicy.Default.Blocks,
            advises = Conditions(entry.Advises, "advises") ?? [.. PublishedPolicy.Default.Advises.Except(blocks)];
        foreach (ApprovalCondition both in blocks.Intersect(advises))
            problems.Add(Top, $"peeringPolicy: {Key(both)} both blocks and advises: write it once.");
        return new PublishedPolicy(text[(end + Fence.Length + 2)..].Trim(), blocks, advises);
    }

    private ImmutableArray<ApprovalCondition>? Conditions(List<string>? names, string where)
    {
        if (names is null)
            return null;
        foreach (string name in names.Where(n => !PublishedPolicy.Checked.Any(c => Key(c) == n)))
            problems.Add(
                Top,
                $"peeringPolicy: {where} names '{name}', which nothing checks: it can be {string.Join(", ", PublishedPolicy.Checked.Select(Key))}."
            );
        return [.. PublishedPolicy.Checked.Where(c => names.Contains(Key(c)))];
    }

    private static string Key(ApprovalCondition condition) => JsonNamingPolicy.CamelCase.ConvertName(condition.ToString());

    private sealed class PolicyEntry
    {
        public List<string>? Blocks { get; set; }
        public List<string>? Advises { get; set; }
    }
}
