namespace Causeway.Portal.Pages.Acts;

/// <summary>Of what type a thing has to be for an act: a form for another would ask the API what it cannot answer.</summary>
internal static class ActTargets
{
    private const string Circuits = "microsoft.network/expressroutecircuits";
    private const string Orders = "microsoft.network/expressroutecrossconnections";
    private const string Peerings = "microsoft.peering/peerings";

    private static readonly Dictionary<string, string> s_types = new()
    {
        ["configure"] = Circuits,
        ["configure-public"] = Circuits,
        ["prefixes"] = Circuits,
        ["link"] = Circuits,
        ["move"] = Orders,
        ["ready"] = Peerings,
        ["retry"] = Peerings,
        ["leave"] = Peerings,
    };

    /// <summary>Whether an act can be about a thing; of acts about nothing, or about several types, always.</summary>
    public static bool Fits(string act, string on) => !s_types.TryGetValue(act, out string? type) || PortalPages.TypeOf(on) == type;
}
