using System.Net;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Serving.Whois;

/// <summary>An object to show.</summary>
internal readonly record struct WhoisObject(RpslClass Class, byte[] Text);

/// <summary>Finds objects for whois queries. Texts are read only as the answer is written, each source's in one go.</summary>
internal static class WhoisLookup
{
    public static IEnumerable<WhoisObject> Texts(IEnumerable<IrrRoute> routes)
    {
        IrrSegment? segment = null;
        TextBlockReader? reader = null;
        foreach (IrrRoute route in routes)
        {
            if (segment != route.Segment)
            {
                segment = route.Segment;
                reader = segment.OpenText();
            }
            yield return new WhoisObject(route.Prefix.IsV4 ? RpslClass.Route : RpslClass.Route6, reader!.Read(route.TextRef));
        }
    }

    /// <summary>By class and primary key, most preferred source first.</summary>
    public static IEnumerable<WhoisObject> ByKey(IrrDatabase data, RpslClass kind, string key)
    {
        switch (kind)
        {
            case RpslClass.Route or RpslClass.Route6:
                string compact = key.ToUpperInvariant().Replace(" ", "").Replace("-", "");
                return RpslObjectKey.OfText(kind, Encoding.ASCII.GetBytes(compact)) is RpslObjectKey.Route route
                    ? Texts(data.Exact(route.Prefix).Where(r => r.Origin == route.Origin))
                    : [];
            case RpslClass.AsSet or RpslClass.RouteSet:
                return data.FindSets(key, kind).Select(Show);
            case RpslClass.AutNum:
                return Asn.TryParse(key, out Asn asn) ? data.AutNum(asn).Select(Show) : [];
            case RpslClass.Mntner:
                return data.Mntner(key).Select(Show);
            default:
                return [];
        }
    }

    private static WhoisObject Show(IrrSet set) => new(set.Class, Encoding.UTF8.GetBytes(set.Text));

    private static WhoisObject Show(IrrObject found) => new(found.Class, Encoding.UTF8.GetBytes(found.Text));

    /// <summary>What a bare word means: an AS number, an address or prefix, or a name.</summary>
    public static IEnumerable<WhoisObject> ByText(IrrDatabase data, string text, RpslClass[]? kinds)
    {
        IEnumerable<WhoisObject> found;
        if (text.StartsWith("AS", StringComparison.OrdinalIgnoreCase) && Asn.TryParse(text, out Asn asn))
            found = data.AutNum(asn).Select(Show);
        else if (IpPrefix.TryParse(text, out IpPrefix prefix))
            found = Texts(data.Covering(prefix));
        else if (
            text.AsSpan().IndexOfAny('.', ':') >= 0
            && !text.Contains("::AS", StringComparison.OrdinalIgnoreCase)
            && IPAddress.TryParse(text, out IPAddress? address)
        )
            found = Texts(data.Covering(IpPrefix.Host(address)));
        else
            found = data.FindSets(text).Select(Show).Concat(data.Mntner(text).Select(Show));
        return kinds is null ? found : found.Where(o => kinds.Contains(o.Class));
    }

    /// <summary>Everything with this maintainer. There is no index for it: the records are walked, which takes milliseconds.</summary>
    public static IEnumerable<WhoisObject> ByMaintainer(IrrDatabase data, string maintainer, RpslClass[]? kinds, CancellationToken timeIsUp)
    {
        maintainer = maintainer.Trim().ToUpperInvariant();
        for (int i = 0; i < data.Sources.Count; i++)
        {
            LayeredSegment source = data.Segments[i];
            foreach (IrrSegment segment in source.Delta is { } delta ? (IrrSegment[])[source.Base, delta] : [source.Base])
            {
                List<(RpslClass Class, TextRef Text)> found = Maintained(source, segment, maintainer, timeIsUp);
                TextBlockReader reader = segment.OpenText();
                foreach ((RpslClass kind, TextRef text) in found)
                    if (kinds is null || kinds.Contains(kind))
                        yield return new WhoisObject(kind, reader.Read(text));
            }
        }
    }

    private static List<(RpslClass, TextRef)> Maintained(
        LayeredSegment source,
        IrrSegment segment,
        string maintainer,
        CancellationToken timeIsUp
    )
    {
        bool isBase = segment == source.Base;
        var found = new List<(RpslClass, TextRef)>();
        // Lists of maintainers repeat; each distinct one is compared once.
        var matches = new Dictionary<uint, bool>();
        bool Matches(uint list)
        {
            if (!matches.TryGetValue(list, out bool match))
            {
                timeIsUp.ThrowIfCancellationRequested();
                matches[list] = match = segment.NameList(list).Contains(maintainer);
            }
            return match;
        }
        ReadOnlySpan<RouteRecord4> routes4 = segment.Routes4.Routes;
        for (int i = 0; i < routes4.Length; i++)
            if (Matches(routes4[i].Maintainers) && !(isBase && source.Routes4.Hides(i)))
                found.Add((RpslClass.Route, routes4[i].Text));
        ReadOnlySpan<RouteRecord6> routes6 = segment.Routes6.Routes;
        for (int i = 0; i < routes6.Length; i++)
            if (Matches(routes6[i].Maintainers) && !(isBase && source.Routes6.Hides(i)))
                found.Add((RpslClass.Route6, routes6[i].Text));
        ReadOnlySpan<SetRecord> sets = segment.Sets;
        for (int i = 0; i < sets.Length; i++)
            if (Matches(sets[i].Maintainers) && !(isBase && source.HidesSet(i)))
                found.Add((sets[i].Class, new TextRef(sets[i].TextPacked)));
        foreach (ref readonly KeyedRecord autNum in segment.AutNums)
            if (Matches(autNum.Maintainers))
                found.Add((RpslClass.AutNum, new TextRef(autNum.TextPacked)));
        foreach (ref readonly KeyedRecord mntner in segment.Mntners)
            if (Matches(mntner.Maintainers))
                found.Add((RpslClass.Mntner, new TextRef(mntner.TextPacked)));
        GC.KeepAlive(segment);
        return found;
    }

    /// <summary>Objects that ask to be in a set, whether or not it grants that.</summary>
    public static IEnumerable<WhoisObject> ByMemberOf(IrrDatabase data, string set, RpslClass[]? kinds, CancellationToken timeIsUp)
    {
        byte[] upper = Encoding.ASCII.GetBytes(set.Trim().ToUpperInvariant());
        for (int i = 0; i < data.Sources.Count; i++)
        {
            IrrSegment segment = data.Segments[i].Base;
            foreach (ClaimRecord claim in segment.Claims.ToArray())
            {
                timeIsUp.ThrowIfCancellationRequested();
                RpslClass kind =
                    claim.Kind == MemberKind.Asn ? RpslClass.AutNum
                    : segment.NameText(claim.Value).Contains(':') ? RpslClass.Route6
                    : RpslClass.Route;
                if (segment.Name(claim.Set).SequenceEqual(upper) && (kinds is null || kinds.Contains(kind)))
                    yield return new WhoisObject(kind, segment.OpenText().Read(new TextRef(claim.TextPacked)));
            }
        }
    }

    /// <summary>What <c>-K</c> shows: the primary key and the members.</summary>
    public static string KeyFields(WhoisObject found)
    {
        var shown = new StringBuilder();
        bool show = false;
        string[] lines = Encoding.UTF8.GetString(found.Text).Split('\n', '\r');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            bool continuation = line.Length > 0 && line[0] is ' ' or '\t' or '+';
            if (!continuation)
            {
                string name = line.Split(':')[0].Trim().ToLowerInvariant();
                show =
                    i == 0 || name is "members" or "mp-members" || (name == "origin" && found.Class is RpslClass.Route or RpslClass.Route6);
            }
            if (show && line.Length > 0)
                shown.Append(line).Append('\n');
        }
        return shown.ToString().TrimEnd('\n');
    }
}
