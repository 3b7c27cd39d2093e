using Causeway.Primitives;

namespace Causeway.Registries.Tests.Irr;

/// <summary>The same questions answered in the plainest way, from lists.</summary>
internal sealed class NaiveRegistry(RandomRegistry registry, string[] sources)
{
    public IEnumerable<(IpPrefix Prefix, uint Origin, string Source)> Routes => registry.Routes.Where(r => sources.Contains(r.Source));

    private List<string>? Members(Dictionary<(string Source, string Name), List<string>> sets, string name)
    {
        if (name.Contains("::"))
            return sources.Contains(name.Split("::")[0]) ? sets.GetValueOrDefault((name.Split("::")[0], name.Split("::")[1])) : null;
        return sources.Select(s => sets.GetValueOrDefault((s, name))).FirstOrDefault(m => m is not null);
    }

    public (SortedSet<uint> Asns, SortedSet<string> Missing) AsSet(string name)
    {
        var asns = new SortedSet<uint>();
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>();
        void Open(string set)
        {
            if (!seen.Add(set))
                return;
            List<string>? members = Members(registry.AsSets, set);
            if (members is null)
            {
                missing.Add(set);
                return;
            }
            foreach (string member in members)
                if (Asn.TryParse(member, out Asn asn))
                    asns.Add(asn.Value);
                else
                    Open(member);
        }
        Open(name);
        return (asns, missing);
    }
}
