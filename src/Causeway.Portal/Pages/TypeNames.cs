using Causeway.Language;

namespace Causeway.Portal.Pages;

/// <summary>What types of resources are called in words.</summary>
internal static class TypeNames
{
    /// <summary>By its word, with the type as the API calls it behind it; of a type that has no word, that alone.</summary>
    public static Cell Cell(Words words, string id)
    {
        string type = id[(id.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase) + "/providers/".Length)..]
            .Split('/')
            .Where((_, i) => i % 2 == 1)
            .Last();
        string? name = type.ToLowerInvariant() switch
        {
            "expressroutecircuits" => words["portal type circuit"],
            "expressrouteports" => words["portal type port"],
            "expressroutegateways" => words["portal type expressroute gateway"],
            "virtualnetworks" => words["portal type network"],
            "virtualnetworkgateways" => words["portal type gateway"],
            "connections" => words["portal type connection"],
            "routefilters" => words["portal type filter"],
            "peerings" => words["portal type peering"],
            "peeringservices" => words["portal type peering service"],
            "virtualhubs" => words["portal type hub"],
            "virtualwans" => words["portal type wan"],
            "publicipaddresses" => words["portal type address"],
            _ => null,
        };
        return name is null ? Pages.Cell.Of(type) : Pages.Cell.Of(name) with { Whole = type };
    }
}
