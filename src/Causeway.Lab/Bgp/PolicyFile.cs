using System.Collections.Immutable;
using System.Globalization;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Hosting;
using Causeway.Primitives;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Causeway.Lab.Bgp;

/// <summary>
/// A policy in YAML: a list of terms, the first that matches decides, none is a refusal. Every problem is reported, each with its line.
/// <code>
/// - validity: invalid
///   accept: false
///   reason: RpkiInvalid
/// - prefixes: [10.0.0.0/8 ge 16 le 24, 192.0.2.0/24]
///   origins: [64500]
///   accept: true
///   localPreference: 200
///   addCommunities: [64500:7]
/// </code>
/// </summary>
internal sealed class PolicyFile
{
    private const string Prefix = "a prefix such as 10.0.0.0/8 ge 16 le 24";
    private const string AsNumber = "an AS number";
    private const string AsNumbers = "an AS number, or a range such as 64512-65534";
    private const string Community = "a community such as 64500:7";
    private const string PathOutcome = "valid, invalid or unknown";
    private const string Number = "a number from 0 to 4294967295";

    /// <summary>The parts of a term, as docs/how-to/bgp-lab-router.md explains them.</summary>
    internal static readonly string[] Keys =
    [
        "prefixes",
        "firstAsn",
        "origins",
        "pathContains",
        "pathLongerThan",
        "communities",
        "validity",
        "upstreamPath",
        "downstreamPath",
        "nextHopIn",
        "nextHopBeyond",
        "accept",
        "reason",
        "localPreference",
        "med",
        "addCommunities",
        "prepend",
    ];

    private readonly string _where;
    private readonly List<string> _problems;

    private PolicyFile(string where, List<string> problems) => (_where, _problems) = (where, problems);

    /// <returns>Null when there was any problem; it has then been added to the list.</returns>
    public static RoutePolicy? Read(string option, string path, List<string> problems)
    {
        Scanner? scanner = null;
        try
        {
            string text = File.ReadAllText(path);
            BoundedYaml.Check(text);
            scanner = new Scanner(new StringReader(text));
            var yaml = new YamlStream();
            yaml.Load(new Parser(scanner));
            int before = problems.Count;
            ImmutableArray<PolicyTerm> terms = new PolicyFile($"{option}: {path}", problems).Terms(yaml);
            return problems.Count == before ? new RoutePolicy(terms) : null;
        }
        catch (YamlException e)
        {
            problems.Add($"{option}: {path}, line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}");
        }
        catch (InvalidOperationException)
        {
            // What the library does where a file ends inside brackets.
            problems.Add($"{option}: {path}, line {scanner?.CurrentPosition.Line}: no valid YAML; a bracket or a quote may be missing.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{option}: {e.Message}");
        }
        return null;
    }

    private void Problem(YamlNode at, string text) => _problems.Add($"{_where}, line {at.Start.Line}: {text}");

    private ImmutableArray<PolicyTerm> Terms(YamlStream yaml)
    {
        if (yaml.Documents.Count == 0 || yaml.Documents[0].RootNode is YamlSequenceNode { Children.Count: 0 })
            _problems.Add($"{_where} holds no terms; without any, nothing would be accepted.");
        else if (yaml.Documents[0].RootNode is not YamlSequenceNode list)
            Problem(yaml.Documents[0].RootNode, "a policy is a list of terms: begin each with '- '.");
        else
            return [.. list.Select(Term)];
        return [];
    }

    private PolicyTerm Term(YamlNode node)
    {
        var fields = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        if (node is YamlMappingNode mapping)
            foreach ((YamlNode key, YamlNode value) in mapping.Children)
                if (Keys.Contains(key.ToString(), StringComparer.Ordinal))
                    fields[key.ToString()] = value;
                else
                    Problem(key, $"'{key}' is no part of a term; the parts are {string.Join(", ", Keys)}.");
        else
            Problem(node, $"'{node}' is not a term: write lines such as 'accept: true'.");
        if (!fields.ContainsKey("accept"))
            Problem(node, "'accept' is missing: write true or false.");
        ImmutableArray<uint> added = Many("addCommunities", ReadCommunity, Community) ?? [];
        if (added.Length > PolicyTerm.MostAddedCommunities)
        {
            Problem(fields["addCommunities"], $"addCommunities: {added.Length} of them; {PolicyTerm.MostAddedCommunities} is the most.");
            added = [];
        }
        return new PolicyTerm
        {
            Prefixes = Many("prefixes", ReadMatch, Prefix),
            FirstAsn = One("firstAsn", ReadAsn, AsNumber),
            OriginAsns = Many("origins", ReadAsns, AsNumbers),
            PathContains = Many("pathContains", ReadAsns, AsNumbers),
            PathLongerThan = (int?)One("pathLongerThan", t => ReadNumber(t, 255), "a number from 0 to 255"),
            Communities = Many("communities", ReadCommunity, Community),
            Validity = One("validity", ReadName<OriginValidity>, "valid, invalid or notFound"),
            UpstreamPath = One("upstreamPath", ReadName<PathValidity>, PathOutcome),
            DownstreamPath = One("downstreamPath", ReadName<PathValidity>, PathOutcome),
            NextHopIn = One("nextHopIn", ReadPrefix, "a prefix"),
            NextHopBeyond = One("nextHopBeyond", ReadPrefix, "a prefix") is { } link ? new SharedSubnet(link) : null,
            Accept = One("accept", t => bool.TryParse(t, out bool yes) ? yes : (bool?)null, "true or false") ?? false,
            Reason =
                One("reason", ReadName<RefuseReason>, $"one of {string.Join(", ", Enum.GetNames<RefuseReason>().Skip(1))}")
                ?? RefuseReason.DeniedByPolicy,
            SetLocalPreference = One("localPreference", t => ReadNumber(t, uint.MaxValue), Number),
            SetMed = One("med", t => ReadNumber(t, uint.MaxValue), Number),
            AddCommunities = added,
            Prepend = (int)(One("prepend", t => ReadNumber(t, 50), "a number from 0 to 50") ?? 0),
        };

        T? One<T>(string field, Func<string, T?> read, string form)
            where T : struct
        {
            if (!fields.TryGetValue(field, out YamlNode? value))
                return null;
            if (value is YamlScalarNode { Value: { } text } && read(text) is T found)
                return found;
            Problem(value, $"{field}: '{value}' is not {form}.");
            return null;
        }

        ImmutableArray<T>? Many<T>(string field, Func<string, T?> read, string form)
            where T : struct
        {
            if (!fields.TryGetValue(field, out YamlNode? value))
                return null;
            var all = ImmutableArray.CreateBuilder<T>();
            foreach (YamlNode each in value is YamlSequenceNode list ? list.Children : [value])
                if (each is YamlScalarNode { Value: { } text } && read(text) is T found)
                    all.Add(found);
                else
                    Problem(each, $"{field}: '{each}' is not {form}.");
            return all.ToImmutable();
        }
    }

    private static Asn? ReadAsn(string text) => Asn.TryParse(text, out Asn asn) ? asn : null;

    private static AsnRange? ReadAsns(string text) => AsnRange.TryParse(text, out AsnRange range) ? range : null;

    private static uint? ReadCommunity(string text) =>
        Causeway.Bgp.Messages.Community.TryParse(text, out uint community) ? community : null;

    private static IpPrefix? ReadPrefix(string text) => IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix : null;

    private static uint? ReadNumber(string text, uint most) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number <= most ? number : null;

    private static T? ReadName<T>(string text)
        where T : struct, Enum =>
        Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true) : null;

    private static PrefixMatch? ReadMatch(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length % 2 == 0 || ReadPrefix(words[0]) is not IpPrefix prefix)
            return null;
        byte minimum = prefix.Length;
        byte maximum = prefix.Length;
        for (int i = 1; i < words.Length; i += 2)
        {
            if (!byte.TryParse(words[i + 1], out byte length) || length < prefix.Length || length > prefix.MaxLength)
                return null;
            switch (words[i])
            {
                case "ge":
                    minimum = length;
                    maximum = words.Contains("le") ? maximum : (byte)prefix.MaxLength;
                    break;
                case "le":
                    maximum = length;
                    break;
                default:
                    return null;
            }
        }
        return minimum <= maximum ? new PrefixMatch(prefix, minimum, maximum) : null;
    }
}
