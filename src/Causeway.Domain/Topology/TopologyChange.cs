using System.Collections.Immutable;
using System.Globalization;
using Causeway.Domain.Circuits;
using Causeway.Workflows.Storage;
using Refusal = Causeway.Primitives.Refusal;

namespace Causeway.Domain.Topology;

/// <summary>One difference between two topologies.</summary>
/// <param name="Path">What it is about: <c>locations/Amsterdam/pairs/ams-1/primary/driver</c>.</param>
/// <param name="From">Null when it was not there.</param>
/// <param name="To">Null when it goes.</param>
public sealed record TopologyChange(string Path, string? From, string? To)
{
    /// <summary>The line that people read: <c>+</c> comes, <c>-</c> goes, <c>~</c> changes.</summary>
    public string Says =>
        (From, To) switch
        {
            (null, { } to) => to.Length > 0 ? $"+ {Path}: {to}" : $"+ {Path}",
            ({ } from, null) => from.Length > 0 ? $"- {Path}: {from}" : $"- {Path}",
            _ => $"~ {Path}: {From} -> {To}",
        };

    /// <summary>Every difference, in order of its path; names and values compare as the topology compares them.</summary>
    public static ImmutableArray<TopologyChange> Between(NetworkTopology before, NetworkTopology after)
    {
        SortedDictionary<string, string> from = Lines(before),
            to = Lines(after);
        return
        [
            .. from
                .Keys.Union(to.Keys, StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.OrdinalIgnoreCase)
                .Select(path => new TopologyChange(path, from.GetValueOrDefault(path), to.GetValueOrDefault(path)))
                .Where(c => c.From != c.To),
        ];
    }

    /// <summary>A topology as lines of path and value.</summary>
    private static SortedDictionary<string, string> Lines(NetworkTopology t)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["asn"] = $"{t.Asn}" };
        foreach (Region region in t.Regions)
            lines[$"regions/{region.Name}"] = $"{region.DisplayName}, {region.GeopoliticalRegion}";
        foreach (PeeringLocation location in t.PeeringLocations)
        {
            string at = $"locations/{location.Name}";
            lines[at] = $"region {location.Region}";
            foreach (RouterPair pair in location.Pairs)
            {
                lines[$"{at}/pairs/{pair.Name}"] = $"port {pair.PortBandwidth}, overprovisioned {pair.OverprovisionFactor} times";
                Router($"{at}/pairs/{pair.Name}/primary", pair.Primary);
                Router($"{at}/pairs/{pair.Name}/secondary", pair.Secondary);
            }
        }
        foreach (ServiceProvider provider in t.ServiceProviders)
        {
            string at = $"providers/{provider.Name}";
            lines[at] = string.Create(CultureInfo.InvariantCulture, $"layer {(int)provider.Layer}, subscription {provider.Subscription}");
            foreach (string location in provider.PeeringLocations)
                lines[$"{at}/locations/{location}"] = "";
            foreach (var bandwidth in provider.Bandwidths)
                lines[$"{at}/bandwidths/{bandwidth}"] = "";
        }
        foreach (var prefix in t.OwnPrefixes)
            lines[$"ownPrefixes/{prefix}"] = "";
        if (t.Prices.Currency.Length > 0)
            lines["prices/currency"] = t.Prices.Currency;
        foreach ((string meter, decimal price) in t.Prices.PerHour)
            lines[$"prices/perHour/{meter}"] = price.ToString(CultureInfo.InvariantCulture);
        return lines;

        void Router(string path, RouterDefinition router)
        {
            lines[path] = router.Name;
            lines[$"{path}/driver"] = router.Driver;
            lines[$"{path}/routerId"] = router.RouterId.ToString();
            lines[$"{path}/bgpPort"] = router.BgpPort.ToString(CultureInfo.InvariantCulture);
            lines[$"{path}/port"] = router.PortName;
            foreach ((string key, string value) in router.Settings)
                lines[$"{path}/settings/{key}"] = value;
        }
    }
}

/// <summary>
/// Something that a topology had and a new one has no more, or has otherwise, and that circuits may stand on. While one does, the new topology is refused.
/// </summary>
/// <param name="Label">The label of the circuits that stand on it.</param>
/// <param name="What">What goes, for people: <c>pair 'ams-1'</c>.</param>
/// <param name="Instead">What to do first.</param>
public sealed record TopologyUse(string Label, string What, string Instead)
{
    /// <summary>None may be there.</summary>
    public Quota Quota => new(new ResourceQuery { Type = Circuit.ResourceType, Label = Label }, 1) { CountsItself = false };

    public static ImmutableArray<TopologyUse> Pulled(NetworkTopology before, NetworkTopology after)
    {
        var pulled = ImmutableArray.CreateBuilder<TopologyUse>();
        foreach (RouterPair pair in before.PeeringLocations.SelectMany(l => l.Pairs))
        {
            RouterPair? kept = after.FindPair(pair.Name);
            if (kept is null)
                Pull(pair, $"pair '{pair.Name}' goes");
            else if (before.Asn != after.Asn)
                Pull(
                    pair,
                    $"the AS number changes from {before.Asn} to {after.Asn}, which is configured on the other side of every session"
                );
            else
                foreach (
                    (RouterDefinition was, RouterDefinition now) in new[] { (pair.Primary, kept.Primary), (pair.Secondary, kept.Secondary) }
                )
                    if (!was.Name.Equals(now.Name, StringComparison.OrdinalIgnoreCase))
                        Pull(pair, $"router '{was.Name}' of pair '{pair.Name}' becomes '{now.Name}'");
        }
        foreach (ServiceProvider provider in before.ServiceProviders)
        {
            ServiceProvider? kept = after.FindProvider(provider.Name);
            foreach (string location in provider.PeeringLocations)
            {
                string? gone =
                    kept is null ? $"provider '{provider.Name}' goes"
                    : after.FindLocation(location) is null ? $"location '{location}' goes"
                    : !kept.PeeringLocations.Contains(location, StringComparer.OrdinalIgnoreCase)
                        ? $"provider '{provider.Name}' is at '{location}' no more"
                    : null;
                if (gone is not null)
                    pulled.Add(
                        new TopologyUse(
                            Circuit.OrderLabel(provider.Name, location),
                            gone,
                            "Their owners have to delete them first, or the name has to stay."
                        )
                    );
            }
        }
        return pulled.ToImmutable();

        void Pull(RouterPair pair, string what) =>
            pulled.Add(
                new TopologyUse(
                    Circuit.EdgeLabel(pair.Name),
                    what,
                    "Their provider has to deprovision them first (and provision them anew on another pair), or it has to stay."
                )
            );
    }

    /// <summary>The refusal when somebody came onto it between the look and the commit.</summary>
    internal static Refusal InUse(Quota quota) =>
        Refusal.Conflict(
            "TopologyInUse",
            $"Circuits stand on what the new topology takes away ({quota.Of.Label}): plan it again to see which."
        );

    /// <param name="circuits">Ids of some of them.</param>
    /// <param name="more">How many there are beside these.</param>
    public Refusal InUse(IReadOnlyList<string> circuits, long more) =>
        Refusal.Conflict(
            "TopologyInUse",
            $"{What}, and circuits stand on it: {string.Join(", ", circuits)}{(more > 0 ? $" and {more} more" : "")}. {Instead}"
        );
}
