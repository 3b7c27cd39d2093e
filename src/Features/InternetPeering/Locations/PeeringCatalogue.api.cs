using Causeway.Arm;

namespace Causeway.Api.InternetPeering;

/// <summary>The types of <c>Microsoft.Peering</c> that are looked up rather than made, each from its first api-version on (azure-behaviour f.2).</summary>
internal static class PeeringCatalogue
{
    public static ArmType Locations { get; } = Looked("peeringLocations", "2019-03-01-preview");
    public static ArmType LegacyPeerings { get; } = Looked("legacyPeerings", "2019-03-01-preview");
    public static ArmType CdnPrefixes { get; } = Looked("cdnPeeringPrefixes", "2020-10-01");
    public static ArmType ServiceLocations { get; } = Looked("peeringServiceLocations", "2019-08-01-preview");
    public static ArmType ServiceProviders { get; } = Looked("peeringServiceProviders", "2019-08-01-preview");
    public static ArmType ServiceCountries { get; } = Looked("peeringServiceCountries", "2020-01-01-preview");

    /// <summary>Spelt with a capital before 2021-06-01; paths match in any case.</summary>
    public static ArmType Availability { get; } = Looked("checkServiceProviderAvailability", "2019-08-01-preview");
    public static ArmType LookingGlass { get; } = Looked("lookingGlass", "2021-06-01");

    public static ArmType[] All =>
        [Locations, LegacyPeerings, CdnPrefixes, ServiceLocations, ServiceProviders, ServiceCountries, Availability, LookingGlass];

    /// <summary>A type of the namespace in the versions that have it.</summary>
    public static ArmType Since(string path, string first)
    {
        ArmNamespace peering = Kit.Namespaces.Peering;
        return new ArmType(peering, path, [.. peering.Versions.Where(v => string.CompareOrdinal(v, first) >= 0)]);
    }

    /// <summary>The id of something that is looked up in a subscription; most lists have it from 2020-04-01 on.</summary>
    public static string? IdOf(ArmRequest request, ArmType type, string name, string since = "2020-04-01") =>
        request.IsSince(since) ? $"{request.Id.Text}/providers/{type.FullName}/{name}" : null;

    private static ArmType Looked(string path, string first) => Since(path, first) with { Locations = [], SupportsTags = false };
}
