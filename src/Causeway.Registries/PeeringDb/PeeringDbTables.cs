namespace Causeway.Registries.PeeringDb;

/// <summary>PeeringDB's objects by id, while they are being read or brought up to date. Not safe for concurrent use.</summary>
internal sealed class PeeringDbTables
{
    public Dictionary<int, PdbNetwork> Networks { get; init; } = [];
    public Dictionary<int, PdbFacility> Facilities { get; init; } = [];
    public Dictionary<int, PdbExchange> Exchanges { get; init; } = [];
    public Dictionary<int, PdbIxLan> IxLans { get; init; } = [];
    public Dictionary<int, PdbIxPrefix> IxPrefixes { get; init; } = [];
    public Dictionary<int, PdbPort> Ports { get; init; } = [];
    public Dictionary<int, PdbNetworkFacility> NetworkFacilities { get; init; } = [];
    public Dictionary<int, PdbExchangeFacility> ExchangeFacilities { get; init; } = [];
    public Dictionary<int, PdbContact> Contacts { get; init; } = [];

    public int Count =>
        Networks.Count
        + Facilities.Count
        + Exchanges.Count
        + IxLans.Count
        + IxPrefixes.Count
        + Ports.Count
        + NetworkFacilities.Count
        + ExchangeFacilities.Count
        + Contacts.Count;

    /// <summary>A copy to bring up to date beside the original.</summary>
    public PeeringDbTables Copy() =>
        new()
        {
            Networks = new(Networks),
            Facilities = new(Facilities),
            Exchanges = new(Exchanges),
            IxLans = new(IxLans),
            IxPrefixes = new(IxPrefixes),
            Ports = new(Ports),
            NetworkFacilities = new(NetworkFacilities),
            ExchangeFacilities = new(ExchangeFacilities),
            Contacts = new(Contacts),
        };
}
