using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Resources;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary>Resource providers: what there is, in which versions and regions, and whether a subscription has it registered.</summary>
public sealed class ProviderEndpoints(Engine engine, ArmTypes types, StoreScopes scopes, EndpointDataSource endpoints) : IEndpoints
{
    private const string One = "/subscriptions/{subscription}/providers/{ns}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapArm("/providers", Endpoint("GET", "Microsoft.Resources/providers/read") with { AnyCaller = true }, ListAsync);
        routes.MapArm("/providers/{ns}", Endpoint("GET", "Microsoft.Resources/providers/read") with { AnyCaller = true }, GetAsync);
        routes.MapArm(
            "/providers/{ns}/operations",
            Endpoint("GET", "Microsoft.Resources/providers/operations/read") with
            {
                AnyCaller = true,
                AnyVersion = true,
            },
            ListOperations
        );
        routes.MapArm(
            "/subscriptions/{subscription}/providers",
            Endpoint("GET", "Microsoft.Resources/subscriptions/providers/read"),
            ListAsync
        );
        routes.MapArm(One, Endpoint("GET", "Microsoft.Resources/subscriptions/providers/read"), GetAsync);
        routes.MapArm(
            $"{One}/register",
            Endpoint("POST", "Microsoft.Resources/subscriptions/providers/register/action") with
            {
                Changes = true,
            },
            r => ChangeAsync(r, true)
        );
        routes.MapArm(
            $"{One}/unregister",
            Endpoint("POST", "Microsoft.Resources/subscriptions/providers/unregister/action") with
            {
                Changes = true,
            },
            r => ChangeAsync(r, false)
        );
    }

    /// <summary>What a provider offers is no secret: a role anywhere in the subscription is enough to read it.</summary>
    private static ArmEndpoint Endpoint(string method, string action) =>
        new(ResourceTypes.Providers, method, action, method == "GET" ? ArmTarget.List : ArmTarget.Scope);

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmSubscription? subscription = await SubscriptionAsync(request);
        return ArmResult.Json(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value"u8);
            foreach (string ns in types.Namespaces)
                Write(json, ns, subscription);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request)
    {
        if (types.Namespace(request.Route("ns")) is not { } ns)
            return ArmErrors.InvalidResourceNamespace(request.Route("ns"));
        ArmSubscription? subscription = await SubscriptionAsync(request);
        return ArmResult.Json(json => Write(json, ns, subscription));
    }

    private async ValueTask<ArmResult> ChangeAsync(ArmRequest request, bool register)
    {
        if (types.Namespace(request.Route("ns")) is not { } ns)
            return ArmErrors.InvalidResourceNamespace(request.Route("ns"));
        SubscriptionSignal signal = register
            ? new SubscriptionSignal.Register(ns, request.Now)
            : new SubscriptionSignal.Unregister(ns, request.Now);
        SendOutcome outcome = await engine.SendAsync(
            request.Id,
            Subscription.ResourceType,
            signal,
            new SendContext(request.Caller.ObjectId, request.CorrelationId),
            CancellationToken.None
        );
        return outcome is SendOutcome.Refused refused ? refused.Refusal : await GetAsync(request);
    }

    private async ValueTask<ArmSubscription?> SubscriptionAsync(ArmRequest request) =>
        request.Scope is null ? null : await scopes.SubscriptionAsync(request.Subscription, request.Aborted);

    /// <summary>Every permission that an endpoint of the namespace asks for, from the endpoint table itself.</summary>
    private ValueTask<ArmResult> ListOperations(ArmRequest request)
    {
        if (types.Namespace(request.Route("ns")) is not { } ns)
            return ValueTask.FromResult(ArmErrors.InvalidResourceNamespace(request.Route("ns")));
        string[] actions =
        [
            .. endpoints
                .Endpoints.Select(e => e.Metadata.GetMetadata<ArmEndpoint>()?.Action)
                .OfType<string>()
                .Where(a => a.StartsWith($"{ns}/", StringComparison.OrdinalIgnoreCase))
                .Distinct()
                .Order(StringComparer.OrdinalIgnoreCase),
        ];
        return ValueTask.FromResult(
            ArmResult.Json(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("value"u8);
                foreach (string action in actions)
                {
                    string[] parts = action.Split('/');
                    bool isAction = parts[^1] == "action";
                    json.WriteStartObject();
                    json.WriteString("name"u8, action);
                    json.WriteBoolean("isDataAction"u8, false);
                    json.WriteStartObject("display"u8);
                    json.WriteString("provider"u8, ns);
                    json.WriteString("resource"u8, string.Join('/', parts[1..^1]));
                    json.WriteString("operation"u8, isAction ? parts[^2] : parts[^1]);
                    json.WriteString("description"u8, action);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            })
        );
    }

    private void Write(Utf8JsonWriter json, string ns, ArmSubscription? subscription)
    {
        json.WriteStartObject();
        if (subscription is not null)
            json.WriteString("id"u8, $"/subscriptions/{subscription.Id}/providers/{ns}");
        json.WriteString("namespace"u8, ns);
        json.WriteStartArray("resourceTypes"u8);
        foreach (ArmType type in types.All.Where(t => t.Namespace == ns))
        {
            json.WriteStartObject();
            json.WriteString("resourceType"u8, type.Path);
            json.WriteStartArray("locations"u8);
            foreach (string location in types.LocationsOf(type))
                json.WriteStringValue(types.Regions.Find(location)?.DisplayName ?? location);
            json.WriteEndArray();
            json.WriteStartArray("apiVersions"u8);
            foreach (string version in type.ApiVersions)
                json.WriteStringValue(version);
            json.WriteEndArray();
            json.WriteString("capabilities"u8, type.SupportsTags ? "SupportsTags, SupportsLocation" : "None");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (subscription is not null)
            json.WriteString("registrationState"u8, subscription.Unregistered.Contains(ns) ? "Unregistered" : "Registered");
        json.WriteString("registrationPolicy"u8, "RegistrationRequired");
        json.WriteEndObject();
    }
}
