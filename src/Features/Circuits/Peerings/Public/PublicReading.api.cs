using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Api.Circuits;

/// <summary>From <c>microsoftPeeringConfig</c> to what is declared; every problem of its form is collected in the reader.</summary>
internal static class PublicReading
{
    public const int MostPrefixes = 200;

    /// <summary>Null when it was not sent.</summary>
    public static WantedPublic? Config(BodyReader family, IpFamily of)
    {
        BodyReader config = family.Object("microsoftPeeringConfig");
        if (!config.IsPresent)
            return null;
        List<WantedPrefix> prefixes = Prefixes(config, "advertisedPublicPrefixes", of);
        prefixes = Signed(config, prefixes, of);
        return new WantedPublic
        {
            Prefixes = [.. prefixes],
            CustomerAsn = config.Asn("customerASN", least: 0) is { Value: > 0 } asn ? asn : null,
            Registry = Registry(config)?.Name ?? RoutingRegistry.None.Name,
            LegacyMode = config.Integer("legacyMode", 0, int.MaxValue) ?? 0,
            KeepsSignatures = !config.Has("advertisedPublicPrefixInfo"),
            Communities = [.. config.Strings("advertisedCommunities", most: 100, longest: 32) ?? []],
        };
    }

    /// <summary>Prefixes of a family as clients write them, host bits included, each once.</summary>
    public static List<WantedPrefix> Prefixes(BodyReader body, string member, IpFamily? of)
    {
        var prefixes = new List<WantedPrefix>();
        IReadOnlyList<string> texts = body.Strings(member, MostPrefixes, longest: 64) ?? [];
        for (int i = 0; i < texts.Count; i++)
            if (Prefix(body, $"{member}[{i}]", texts[i], of) is { } prefix)
            {
                if (prefixes.Any(p => p.Prefix == prefix.Prefix))
                    body.Problem("InvalidParameter", $"{member}[{i}]", $"'{prefix.Prefix}' is listed twice: once is enough.");
                else
                    prefixes.Add(prefix);
            }
        return prefixes;
    }

    public static RoutingRegistry? Registry(BodyReader body)
    {
        if (body.String("routingRegistryName", 40) is not { } name)
            return null;
        if (RoutingRegistry.TryParse(name, out RoutingRegistry registry))
            return registry;
        body.Problem(
            "InvalidParameter",
            "routingRegistryName",
            $"'{name}' is not a registry{Meant(name)}: use one of {string.Join(", ", RoutingRegistry.All.Select(r => r.Name))}."
        );
        return null;
    }

    /// <summary>The registry whose name begins as what was written, or the other way round: RIPE for RIPENCC, LEVEL 3 for LEVEL3.</summary>
    private static string Meant(string name)
    {
        string bare = string.Concat(name.Where(char.IsAsciiLetterOrDigit));
        return bare.Length < 3 ? ""
            : RoutingRegistry.All.FirstOrDefault(r =>
                r.Name.StartsWith(bare, StringComparison.OrdinalIgnoreCase) || bare.StartsWith(r.Name, StringComparison.OrdinalIgnoreCase)
            )
                is { Name: { } meant }
                ? $" (did you mean {meant}?)"
            : "";
    }

    private static WantedPrefix? Prefix(BodyReader body, string member, string text, IpFamily? of)
    {
        if (!IpPrefix.TryParseLoose(text, out IpPrefix prefix, out _) || (of is { } family && prefix.Family != family))
        {
            string right = of switch
            {
                IpFamily.V4 => "an IPv4 prefix such as 203.0.113.0/24",
                IpFamily.V6 => "an IPv6 prefix such as 2001:db8::/32",
                _ => "a prefix such as 203.0.113.0/24 or 2001:db8::/32",
            };
            body.Problem("InvalidAddressPrefixFormat", member, $"'{text}' is not what belongs here: write {right}.");
            return null;
        }
        return new WantedPrefix(prefix, text == prefix.ToString() ? null : text);
    }

    /// <summary>The prefixes with their signatures, which stand in a list of their own; it may be the only one.</summary>
    private static List<WantedPrefix> Signed(BodyReader config, List<WantedPrefix> prefixes, IpFamily of)
    {
        const string Member = "advertisedPublicPrefixInfo";
        if (config.Objects(Member, MostPrefixes) is not { } items)
            return prefixes;
        bool alone = !config.Has("advertisedPublicPrefixes");
        foreach (BodyReader item in items)
        {
            if (item.String("prefix", 64, required: true) is not { } text || Prefix(item, "prefix", text, of) is not { } prefix)
                continue;
            int at = prefixes.FindIndex(p => p.Prefix == prefix.Prefix);
            if (at < 0 && alone)
            {
                at = prefixes.Count;
                prefixes.Add(prefix);
            }
            if (at < 0)
                item.Problem("InvalidParameter", "prefix", $"{prefix.Prefix} is not among advertisedPublicPrefixes: declare it there too.");
            else
                prefixes[at] = prefixes[at] with
                {
                    ValidationId = item.String("validationId", 1024) is { Length: > 0 } id ? id : null,
                    Signature = item.String("signature", 16_384, lines: true) is { Length: > 0 } signature ? signature : null,
                };
        }
        return prefixes;
    }
}
