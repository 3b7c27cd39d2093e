using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Causeway.Contracts;

namespace Causeway.Api.Kit;

/// <summary>What is said of a member of a body beside its type.</summary>
public static class ContractTraits
{
    /// <summary>What ARM itself fills in, and what the contract says.</summary>
    public static WireTraits Of(JsonTypeInfo type, JsonPropertyInfo member)
    {
        WireTraits said = (member.AttributeProvider as MemberInfo)?.GetCustomAttribute<WireAttribute>()?.Traits ?? WireTraits.None;
        bool Has(string name) => type.Properties.Any(p => p.Name == name);
        bool isResource = Has("id") && Has("properties");
        bool filledIn = member.Name switch
        {
            "etag" or "provisioningState" or "resourceGuid" => true,
            "type" => isResource,
            "id" or "name" => isResource && Has("location"),
            _ => false,
        };
        return filledIn ? said | WireTraits.ReadOnly : said;
    }
}
