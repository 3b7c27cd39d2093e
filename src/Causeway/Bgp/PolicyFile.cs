using System.Collections.Immutable;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Primitives;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Causeway.BgpVerbs;

/// <summary>
/// A policy in YAML: a list of terms, the first that matches decides, none is a refusal.
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
internal static class PolicyFile
{
    public static RoutePolicy? Read(string option, string path, List<string> problems)
    {
        try
        {
            IDeserializer yaml = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
            List<TermDocument>? terms = yaml.Deserialize<List<TermDocument>>(File.ReadAllText(path));
            if (terms is null || terms.Count == 0)
            {
                problems.Add($"{option}: {path} holds no terms; without any, nothing would be accepted.");
                return null;
            }
            int before = problems.Count;
            ImmutableArray<PolicyTerm> compiled = [.. terms.Select((t, i) => t.Compile($"{option}: {path}, term {i + 1}", problems))];
            return problems.Count == before ? new RoutePolicy(compiled) : null;
        }
        catch (YamlException e)
        {
            problems.Add($"{option}: {path}, line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{option}: {e.Message}");
        }
        return null;
    }

    /// <summary>One term as written.</summary>
    private sealed class TermDocument
    {
        public List<string>? Prefixes { get; set; }
        public string? FirstAsn { get; set; }
        public List<string>? Origins { get; set; }
        public List<string>? PathContains { get; set; }
        public int? PathLongerThan { get; set; }
        public List<string>? Communities { get; set; }
        public string? Validity { get; set; }
        public string? NextHopIn { get; set; }
        public bool? Accept { get; set; }
        public string? Reason { get; set; }
        public uint? LocalPreference { get; set; }
        public uint? Med { get; set; }
        public List<string>? AddCommunities { get; set; }
        public int Prepend { get; set; }

        public PolicyTerm Compile(string where, List<string> problems)
        {
            if (Accept is null)
                problems.Add($"{where}: 'accept' is missing: write true or false.");
            return new PolicyTerm
            {
                Prefixes = Each(Prefixes, ReadMatch, "a prefix such as 10.0.0.0/8 ge 16 le 24"),
                FirstAsn = FirstAsn is null ? null : Each<Asn>([FirstAsn], ReadAsn, "an AS number")!.Value.FirstOrDefault(),
                OriginAsns = Each(Origins, ReadAsn, "an AS number"),
                PathContains = Each(PathContains, ReadAsn, "an AS number"),
                PathLongerThan = PathLongerThan,
                Communities = Each(Communities, ReadCommunity, "a community such as 64500:7"),
                Validity = Validity is null
                    ? null
                    : Each<OriginValidity>([Validity], ReadName<OriginValidity>, "valid, invalid or notFound")!.Value.FirstOrDefault(),
                NextHopIn = NextHopIn is null ? null : Each<IpPrefix>([NextHopIn], ReadPrefix, "a prefix")!.Value.FirstOrDefault(),
                Accept = Accept ?? false,
                Reason = Reason is null
                    ? RefuseReason.DeniedByPolicy
                    : Each<RefuseReason>(
                        [Reason],
                        ReadName<RefuseReason>,
                        $"one of {string.Join(", ", Enum.GetNames<RefuseReason>().Skip(1))}"
                    )!
                        .Value.FirstOrDefault(),
                SetLocalPreference = LocalPreference,
                SetMed = Med,
                AddCommunities = Each(AddCommunities, ReadCommunity, "a community such as 64500:7") ?? [],
                Prepend = Prepend,
            };

            ImmutableArray<T>? Each<T>(List<string>? texts, Func<string, T?> read, string form)
                where T : struct
            {
                if (texts is null)
                    return null;
                var all = ImmutableArray.CreateBuilder<T>();
                foreach (string text in texts)
                    if (read(text) is T value)
                        all.Add(value);
                    else
                        problems.Add($"{where}: '{text}' is not {form}.");
                return all.ToImmutable();
            }
        }

        private static Asn? ReadAsn(string text) => Asn.TryParse(text, out Asn asn) ? asn : null;

        private static uint? ReadCommunity(string text) => Community.TryParse(text, out uint community) ? community : null;

        private static IpPrefix? ReadPrefix(string text) => IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix : null;

        private static T? ReadName<T>(string text)
            where T : struct, Enum => Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value) ? value : null;

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
}
