using System.IO.Compression;
using System.Text.Json;
using Causeway.Arm;
using Causeway.Domain.Resources;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Templates;
using Causeway.Templates.Evaluation;
using Causeway.Templates.Values;

namespace Causeway.Api.Resources;

/// <summary>What a deployment is made from: its template, the values of its parameters, and what it knew of its scope when it began.</summary>
internal sealed record DeploymentContent(Value.Object Template, Value.Object Parameters, Value.Object? Group, Value.Object Subscription);

/// <summary>Seals and opens what deployments are made from.</summary>
internal sealed class DeploymentContents(ISecretProtector secrets)
{
    public string Seal(ResourceId id, DeploymentContent content) =>
        Convert.ToBase64String(secrets.Protect(Packed(Written(content).ToUtf8()), Purpose(id)));

    public string Fingerprint(DeploymentContent content) => secrets.Fingerprint(Written(content).ToUtf8(), "deployment/content");

    /// <exception cref="SecretException">It was sealed under another key.</exception>
    public DeploymentContent Open(Deployment deployment)
    {
        byte[] json = Unpacked(secrets.Unprotect(Convert.FromBase64String(deployment.Request.Content), Purpose(deployment.Id)));
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Value.MostDepth + 8 });
        var content = (Value.Object)Value.Of(document.RootElement);
        return new(
            (Value.Object)content.Find("template")!,
            (Value.Object)content.Find("parameters")!,
            content.Find("group") as Value.Object,
            (Value.Object)content.Find("subscription")!
        );
    }

    private static Value.Object Written(DeploymentContent content) =>
        new([
            KeyValuePair.Create("template", (Value)content.Template),
            KeyValuePair.Create("parameters", (Value)content.Parameters),
            KeyValuePair.Create("group", content.Group ?? (Value)Value.Null.Value),
            KeyValuePair.Create("subscription", (Value)content.Subscription),
        ]);

    private static string Purpose(ResourceId id) => $"deployment/content/{id.Key}";

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var zip = new BrotliStream(packed, CompressionLevel.Fastest))
            zip.Write(content);
        return packed.ToArray();
    }

    private static byte[] Unpacked(byte[] content)
    {
        using var zip = new BrotliStream(new MemoryStream(content), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        zip.CopyTo(plain);
        return plain.ToArray();
    }
}

/// <summary>What a template can ask of its deployment, from what was stored of it.</summary>
internal static class DeploymentKnowledge
{
    public static DeploymentFacts Of(
        ResourceId id,
        string location,
        DateTimeOffset at,
        DeploymentCaller caller,
        string endpoint,
        bool isComplete,
        Value.Object template,
        string templateHash,
        Value.Object? group,
        Value.Object subscription,
        ArmTypes types,
        Value.Object? parameters = null
    ) =>
        new()
        {
            Scope = id.GroupId ?? ResourceId.OfSubscription(id.Subscription!),
            Name = id.Name,
            At = at,
            ResourceGroup = group,
            Subscription = subscription,
            Tenant = Object(("tenantId", caller.TenantId), ("id", $"/tenants/{caller.TenantId}")),
            // Nobody has a name of that kind here; templates that ask for it find it empty.
            Deployer = Object(("objectId", caller.ObjectId), ("tenantId", caller.TenantId), ("userPrincipalName", "")),
            Environment = Object(("name", "causeway"), ("resourceManager", endpoint))
                .With(
                    "authentication",
                    Object(("loginEndpoint", $"{endpoint}/adfs"), ("tenant", "adfs"), ("identityProvider", "ADFS"))
                        .With("audiences", new Value.Array([new Value.Text(endpoint)]))
                ),
            Deployment = (location.Length > 0 ? Object(("name", id.Name), ("location", location)) : Object(("name", id.Name))).With(
                "properties",
                Object(("templateHash", templateHash), ("mode", isComplete ? "Complete" : "Incremental"), ("provisioningState", "Accepted"))
                    .With("template", template)
                    .With("parameters", parameters ?? Value.Object.Empty)
            ),
            Providers = (ns, type) => Provider(types, ns, type),
        };

    private static Value.Object? Provider(ArmTypes types, string ns, string? type)
    {
        ArmType[] all =
        [
            .. types.All.Where(t =>
                t.Namespace.Equals(ns, StringComparison.OrdinalIgnoreCase)
                && (type is null || t.Path.Equals(type, StringComparison.OrdinalIgnoreCase))
            ),
        ];
        if (all.Length == 0)
            return null;
        Value.Object[] described = [.. all.Select(t => Described(types, t))];
        return type is not null ? described[0] : Object(("namespace", all[0].Namespace)).With("resourceTypes", new Value.Array(described));
    }

    private static Value.Object Described(ArmTypes types, ArmType type) =>
        Object(("resourceType", type.Path))
            .With("locations", Texts(types.LocationsOf(type).Select(l => types.Regions.Find(l)?.DisplayName ?? l)))
            .With("apiVersions", Texts(type.ApiVersions));

    private static Value.Array Texts(IEnumerable<string> texts) => new([.. texts.Select(t => new Value.Text(t))]);

    public static Value.Object Object(params ReadOnlySpan<(string Name, string Text)> members)
    {
        var all = new List<KeyValuePair<string, Value>>();
        foreach ((string name, string text) in members)
            all.Add(KeyValuePair.Create(name, (Value)new Value.Text(text)));
        return new(all);
    }
}
