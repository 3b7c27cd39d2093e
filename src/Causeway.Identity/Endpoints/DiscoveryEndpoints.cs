using System.Text.Json;
using Causeway.Arm;
using Causeway.Identity.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Identity.Endpoints;

/// <summary>
/// What clients ask before they sign in: the cloud's endpoints (three shapes, by api-version) and the issuer's documents, each at every path that some
/// client uses.
/// </summary>
internal static class DiscoveryEndpoints
{
    /// <summary>No name ends in it (RFC 6761 §6.4).</summary>
    private const string Nowhere = "causeway.invalid";

    /// <summary>
    /// Services that are not here. Terraform's provider makes a client of each at its start, whatever is asked of it, and stops where one has no name.
    /// </summary>
    private static readonly string[] s_services =
    [
        "acrLoginServer",
        "attestationEndpoint",
        "azureDataLakeAnalyticsCatalogAndJob",
        "azureDataLakeStoreFileSystem",
        "azureFrontDoorEndpointSuffix",
        "keyVaultDns",
        "mariadbServerEndpoint",
        "mhsmDns",
        "mysqlServerEndpoint",
        "postgresqlServerEndpoint",
        "sqlServerHostname",
        "storage",
        "storageSyncEndpointSuffix",
        "synapseAnalytics",
    ];

    private const string Why = "discovery: asked before there is a token";

    public static void Map(IEndpointRouteBuilder routes, ArmHost host, SigningKeys keys)
    {
        routes.MapOpen("GET", "/metadata/endpoints", Why, http => Metadata(http, host));
        foreach (
            string path in new[]
            {
                "/adfs/.well-known/openid-configuration",
                "/adfs/{authority}/.well-known/openid-configuration",
                "/adfs/{authority}/v2.0/.well-known/openid-configuration",
                "/{authority}/.well-known/openid-configuration",
                "/{authority}/v2.0/.well-known/openid-configuration",
            }
        )
            routes.MapOpen("GET", path, Why, http => OpenId(http, host));
        foreach (string path in new[] { "/adfs/discovery/keys", "/{authority}/discovery/keys", "/{authority}/discovery/v2.0/keys" })
            routes.MapOpen("GET", path, Why, http => Keys(http, keys));
        routes.MapOpen("GET", "/.well-known/webfinger", Why, http => WebFinger(http, host));
    }

    /// <summary>Before 2019 one old object, 2019 to 2021 an array of new ones, since then one new object.</summary>
    private static Task Metadata(HttpContext http, ArmHost host)
    {
        string version = http.Request.Query["api-version"].ToString();
        string address = host.BaseOf(http.Request);
        return OpenJson.WriteAsync(
            http,
            json =>
            {
                if (version.Length > 0 && string.CompareOrdinal(version, "2019") < 0)
                    OldMetadata(json, address);
                else if (version.Length > 0 && string.CompareOrdinal(version, "2022") < 0)
                {
                    json.WriteStartArray();
                    NewMetadata(json, address);
                    json.WriteEndArray();
                }
                else
                    NewMetadata(json, address);
            }
        );
    }

    private static void OldMetadata(Utf8JsonWriter json, string address)
    {
        json.WriteStartObject();
        foreach (string member in new[] { "galleryEndpoint", "graphEndpoint", "portalEndpoint" })
            json.WriteString(member, $"{address}/");
        Authentication(json, address, withTenant: false);
        json.WriteEndObject();
    }

    private static void NewMetadata(Utf8JsonWriter json, string address)
    {
        json.WriteStartObject();
        json.WriteString("name", "Causeway");
        foreach (string member in new[] { "resourceManager", "portal", "graph", "graphAudience", "gallery", "microsoftGraphResourceId" })
            json.WriteString(member, $"{address}/");
        Authentication(json, address, withTenant: true);
        json.WriteStartObject("suffixes");
        foreach (string service in s_services)
            json.WriteString(service, $"{service.ToLowerInvariant()}.{Nowhere}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Authentication(Utf8JsonWriter json, string address, bool withTenant)
    {
        json.WriteStartObject("authentication");
        // That it ends in /adfs is what makes Azure CLI sign in without asking Microsoft about this authority.
        json.WriteString("loginEndpoint", $"{address}/adfs");
        json.WriteStartArray("audiences");
        json.WriteStringValue($"{address}/");
        json.WriteEndArray();
        if (withTenant)
        {
            json.WriteString("tenant", "adfs");
            json.WriteString("identityProvider", "ADFS");
        }
        json.WriteEndObject();
    }

    /// <summary>
    /// One issuer whatever the authority asked for; msal wants it on the host it asked. Only what works is named. The authorization endpoint answers with an
    /// OAuth error; MSAL takes no document without one, and OpenID Connect Discovery 1.0 §3 requires it and its response types.
    /// </summary>
    private static Task OpenId(HttpContext http, ArmHost host)
    {
        string adfs = $"{host.BaseOf(http.Request)}/adfs";
        return OpenJson.WriteAsync(
            http,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("issuer", adfs);
                json.WriteString("authorization_endpoint", $"{adfs}/oauth2/authorize");
                json.WriteString("token_endpoint", $"{adfs}/oauth2/token");
                json.WriteString("jwks_uri", $"{adfs}/discovery/keys");
                Strings(json, "response_types_supported", "code");
                Strings(json, "grant_types_supported", "client_credentials", "password");
                Strings(json, "subject_types_supported", "pairwise");
                Strings(json, "scopes_supported", "openid", "profile", "email");
                Strings(json, "id_token_signing_alg_values_supported", "RS256");
                Strings(json, "token_endpoint_auth_methods_supported", "client_secret_post", "client_secret_basic", "private_key_jwt");
                json.WriteEndObject();
            }
        );
    }

    private static Task Keys(HttpContext http, SigningKeys keys) =>
        OpenJson.WriteAsync(
            http,
            json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("keys");
                foreach (SigningKey key in keys.Published)
                {
                    json.WriteStartObject();
                    json.WriteString("kty", "RSA");
                    json.WriteString("use", "sig");
                    json.WriteString("alg", "RS256");
                    json.WriteString("kid", key.Id);
                    json.WriteString("n", key.Modulus);
                    json.WriteString("e", key.Exponent);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
        );

    /// <summary>MSAL for .NET asks here whether an ADFS authority is a trusted realm.</summary>
    private static Task WebFinger(HttpContext http, ArmHost host)
    {
        string resource = http.Request.Query["resource"].ToString();
        string subject = resource.Length is > 0 and <= 512 ? resource : host.BaseOf(http.Request);
        return OpenJson.WriteAsync(
            http,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("subject", subject);
                json.WriteStartArray("links");
                json.WriteStartObject();
                json.WriteString("rel", "http://schemas.microsoft.com/rel/trusted-realm");
                json.WriteString("href", subject);
                json.WriteEndObject();
                json.WriteEndArray();
                json.WriteEndObject();
            }
        );
    }

    private static void Strings(Utf8JsonWriter json, string name, params ReadOnlySpan<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
