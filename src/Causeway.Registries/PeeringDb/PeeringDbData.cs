using System.Collections.Frozen;
using System.Net;
using Causeway.Primitives;

namespace Causeway.Registries.PeeringDb;

/// <summary>PeeringDB at one instant: immutable, indexed for the questions asked here, replaced whole.</summary>
public sealed class PeeringDbData
{
    public static readonly PeeringDbData Empty = new(new PeeringDbTables(), null);

    private readonly FrozenDictionary<uint, PdbNetwork> _byAsn;
    private readonly FrozenDictionary<int, PdbNetwork> _networks;
    private readonly FrozenDictionary<int, PdbFacility> _facilities;
    private readonly FrozenDictionary<int, PdbExchange> _exchanges;
    private readonly ILookup<int, PdbPort> _portsOfNetwork;
    private readonly ILookup<int, PdbPort> _portsAtExchange;
    private readonly ILookup<int, int> _facilitiesOfNetwork;
    private readonly ILookup<int, int> _networksAtFacility;
    private readonly ILookup<int, int> _exchangesAtFacility;
    private readonly ILookup<int, PdbContact> _contacts;
    private readonly ILookup<int, IpPrefix> _lansOfExchange;
    private readonly (IpPrefix Prefix, int ExchangeId)[] _lans;

    internal PeeringDbData(PeeringDbTables tables, DateTimeOffset? asOf)
    {
        AsOf = asOf;
        _networks = tables.Networks.ToFrozenDictionary();
        _byAsn = tables.Networks.Values.DistinctBy(n => n.Asn).ToFrozenDictionary(n => n.Asn.Value);
        _facilities = tables.Facilities.ToFrozenDictionary();
        _exchanges = tables.Exchanges.ToFrozenDictionary();
        _portsOfNetwork = tables.Ports.Values.ToLookup(p => p.NetworkId);
        _portsAtExchange = tables.Ports.Values.ToLookup(p => p.ExchangeId);
        _facilitiesOfNetwork = tables.NetworkFacilities.Values.ToLookup(f => f.NetworkId, f => f.FacilityId);
        _networksAtFacility = tables.NetworkFacilities.Values.ToLookup(f => f.FacilityId, f => f.NetworkId);
        _exchangesAtFacility = tables.ExchangeFacilities.Values.ToLookup(f => f.FacilityId, f => f.ExchangeId);
        _contacts = tables.Contacts.Values.ToLookup(c => c.NetworkId);
        _lans =
        [
            .. from prefix in tables.IxPrefixes.Values
            where tables.IxLans.ContainsKey(prefix.IxLanId)
            select (prefix.Prefix, tables.IxLans[prefix.IxLanId].ExchangeId),
        ];
        _lansOfExchange = _lans.ToLookup(l => l.ExchangeId, l => l.Prefix);
        Records = tables.Count;
    }

    /// <summary>When the newest part of the data was taken from PeeringDB.</summary>
    public DateTimeOffset? AsOf { get; }

    /// <summary>Objects of all kinds.</summary>
    public int Records { get; }

    public int NetworkCount => _networks.Count;

    public IEnumerable<PdbNetwork> Networks => _networks.Values;

    public IEnumerable<PdbExchange> Exchanges => _exchanges.Values;

    public IEnumerable<PdbFacility> Facilities => _facilities.Values;

    public PdbNetwork? Network(Asn asn) => _byAsn.GetValueOrDefault(asn.Value);

    public PdbExchange? Exchange(int id) => _exchanges.GetValueOrDefault(id);

    public PdbFacility? Facility(int id) => _facilities.GetValueOrDefault(id);

    /// <summary>The buildings a network says it is in, by name.</summary>
    public IReadOnlyList<PdbFacility> FacilitiesOf(Asn asn) =>
        Network(asn) is { } net ? [.. _facilitiesOfNetwork[net.Id].Select(Facility).OfType<PdbFacility>().OrderBy(f => f.Name)] : [];

    /// <summary>A network's ports on peering LANs.</summary>
    public IReadOnlyList<PdbPort> PortsOf(Asn asn) =>
        Network(asn) is { } net ? [.. _portsOfNetwork[net.Id].OrderBy(p => p.ExchangeId)] : [];

    public IReadOnlyList<PdbContact> ContactsOf(Asn asn) => Network(asn) is { } net ? [.. _contacts[net.Id].OrderBy(c => c.Role)] : [];

    /// <summary>The networks in a building, by ASN.</summary>
    public IReadOnlyList<PdbNetwork> NetworksAtFacility(int facility) =>
        [.. _networksAtFacility[facility].Select(n => _networks.GetValueOrDefault(n)).OfType<PdbNetwork>().OrderBy(n => n.Asn)];

    public IReadOnlyList<PdbExchange> ExchangesAtFacility(int facility) =>
        [.. _exchangesAtFacility[facility].Select(Exchange).OfType<PdbExchange>().OrderBy(x => x.Name)];

    /// <summary>The ports on an exchange, by ASN.</summary>
    public IReadOnlyList<PdbPort> PortsAtExchange(int exchange) => [.. _portsAtExchange[exchange].OrderBy(p => p.Asn)];

    /// <summary>The prefixes of an exchange's peering LANs.</summary>
    public IReadOnlyList<IpPrefix> LansOf(int exchange) => [.. _lansOfExchange[exchange].Order()];

    /// <summary>The exchange on whose peering LAN an address lies; null when on none.</summary>
    public PdbExchange? ExchangeOf(IPAddress address)
    {
        foreach ((IpPrefix prefix, int exchange) in _lans)
            if (prefix.Contains(address))
                return Exchange(exchange);
        return null;
    }

    /// <summary>The exchange whose peering LAN a prefix overlaps: such a prefix must never be taken from a peer.</summary>
    public PdbExchange? LanOverlapping(IpPrefix prefix)
    {
        foreach ((IpPrefix lan, int exchange) in _lans)
            if (lan.Overlaps(prefix))
                return Exchange(exchange);
        return null;
    }
}
