using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Domain.Resources;
using Causeway.Identity.Roles;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary>Resource providers: what there is, in which versions and regions, and whether a subscription has it registered.</summary>
public sealed class ProviderEndpoints(Engine engine, ArmTypes types, StoreScopes scopes, EndpointDataSource endpoints) : IEndpoints
{
    private const string One = "/subscriptions/{subscription}/providers/{ns}";

    public void Map(IEndpointRouteBuilder routes)
    {
        var list = new ArmContract("ListAtTenantScope", "Lists the resource providers.")
        {
            Answer = () => ResourcesContract.Default.ListBodyProviderBody,
        };
        var get = new ArmContract("GetAtTenantScope", "Reads a resource provider.")
        {
            Answer = () => ResourcesContract.Default.ProviderBody,
        };
        var operations = new ArmContract("ListOperations", "Lists the permissions that the operations of a provider ask for.")
        {
            Answer = () => ResourcesContract.Default.ListBodyProviderOperationBody,
        };
        routes.MapArm("/providers", Endpoint("GET", "Microsoft.Resources/providers/read", list) with { AnyCaller = true }, ListAsync);
        routes.MapArm("/providers/{ns}", Endpoint("GET", "Microsoft.Resources/providers/read", get) with { AnyCaller = true }, GetAsync);
        routes.MapArm(
            "/providers/{ns}/operations",
            Endpoint("GET", "Microsoft.Resources/providers/operations/read", operations) with
            {
                AnyCaller = true,
                AnyVersion = true,
            },
            ListOperations
        );
        list = list with { Name = "List", Summary = "Lists the resource providers, and whether a subscription has them registered." };
        routes.MapArm(
            "/subscriptions/{subscription}/providers",
            Endpoint("GET", "Microsoft.Resources/subscriptions/providers/read", list),
            ListAsync
        );
        get = get with { Name = "Get", Summary = "Reads a resource provider, and whether a subscription has it registered." };
        routes.MapArm(One, Endpoint("GET", "Microsoft.Resources/subscriptions/providers/read", get), GetAsync);
        var everything = new ArmContract("ListProviderOperations", "Lists the permissions that the operations of all providers ask for.")
        {
            Answer = () => ResourcesContract.Default.ListBodyProviderOperationsBody,
        };
        routes.MapArm(
            "/providers/Microsoft.Authorization/providerOperations",
            OfAuthorization(everything),
            _ =>
                new(
                    ArmResult.Of(
                        new ListBody<ProviderOperationsBody>([.. types.Namespaces.Select(OperationsOf)]),
                        ResourcesContract.Default.ListBodyProviderOperationsBody
                    )
                )
        );
        routes.MapArm(
            "/providers/Microsoft.Authorization/providerOperations/{ns}",
            OfAuthorization(
                new("GetProviderOperations", "Lists the permissions that the operations of a provider ask for, type by type.")
                {
                    Answer = () => ResourcesContract.Default.ProviderOperationsBody,
                }
            ),
            r =>
                new(
                    types.Namespace(r.Route("ns")) is { } ns
                        ? ArmResult.Of(OperationsOf(ns), ResourcesContract.Default.ProviderOperationsBody)
                        : ArmErrors.InvalidResourceNamespace(r.Route("ns"))
                )
        );
        routes.MapArm(
            $"{One}/resourceTypes",
            Endpoint(
                "GET",
                "Microsoft.Resources/subscriptions/providers/read",
                new("ListResourceTypes", "Lists the resource types of a provider.")
                {
                    Answer = () => ResourcesContract.Default.ListBodyProviderTypeBody,
                }
            ),
            ListTypes
        );
        routes.MapArm(
            $"{One}/providerPermissions",
            Endpoint(
                "GET",
                "Microsoft.Resources/subscriptions/providers/read",
                new("ListPermissions", "Lists the applications that a provider acts as: none, since it is this server itself.")
                {
                    Answer = () => ResourcesContract.Default.ListBodyProviderPermissionBody,
                }
            ),
            ListPermissions
        );
        routes.MapArm(
            $"{One}/register",
            Endpoint(
                "POST",
                "Microsoft.Resources/subscriptions/providers/register/action",
                get with
                {
                    Name = "Register",
                    Summary = "Registers a resource provider in a subscription.",
                }
            ) with
            {
                Changes = true,
            },
            r => ChangeAsync(r, true)
        );
        routes.MapArm(
            $"{One}/unregister",
            Endpoint(
                "POST",
                "Microsoft.Resources/subscriptions/providers/unregister/action",
                get with
                {
                    Name = "Unregister",
                    Summary = "Takes a resource provider out of a subscription.",
                }
            ) with
            {
                Changes = true,
            },
            r => ChangeAsync(r, false)
        );
    }

    /// <summary>What a provider offers is no secret: a role anywhere in the subscription is enough to read it.</summary>
    private static ArmEndpoint Endpoint(string method, string action, ArmContract contract) =>
        new(ResourceTypes.Providers, method, action, method == "GET" ? ArmTarget.List : ArmTarget.Scope) { Contract = contract };

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmSubscription? subscription = await SubscriptionAsync(request);
        return ArmResult.Of(
            new ListBody<ProviderBody>([
                .. types.Namespaces.Concat(subscription?.Foreign ?? []).Select(ns => Body(request, ns, subscription)),
            ]),
            ResourcesContract.Default.ListBodyProviderBody
        );
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request)
    {
        if (Known(request) is not { } ns)
            return ArmErrors.InvalidResourceNamespace(request.Route("ns"));
        ArmSubscription? subscription = await SubscriptionAsync(request);
        return ArmResult.Of(Body(request, ns, subscription), ResourcesContract.Default.ProviderBody);
    }

    private ValueTask<ArmResult> ListTypes(ArmRequest request) =>
        new(
            Known(request) is { } ns
                ? ArmResult.Of(new ListBody<ProviderTypeBody>(TypesOf(ns)), ResourcesContract.Default.ListBodyProviderTypeBody)
                : ArmErrors.InvalidResourceNamespace(request.Route("ns"))
        );

    private ValueTask<ArmResult> ListPermissions(ArmRequest request) =>
        new(
            Known(request) is null
                ? ArmErrors.InvalidResourceNamespace(request.Route("ns"))
                : ArmResult.Of(new ListBody<ProviderPermissionBody>([]), ResourcesContract.Default.ListBodyProviderPermissionBody)
        );

    private async ValueTask<ArmResult> ChangeAsync(ArmRequest request, bool register)
    {
        if (Known(request) is not { } ns)
            return ArmErrors.InvalidResourceNamespace(request.Route("ns"));
        bool isForeign = types.Namespace(ns) is null;
        SubscriptionSignal signal = (register, isForeign) switch
        {
            (true, false) => new SubscriptionSignal.Register(ns, request.Now),
            (false, false) => new SubscriptionSignal.Unregister(ns, request.Now),
            (var wanted, true) => new SubscriptionSignal.SetForeign(ns, wanted, request.Now),
        };
        SendOutcome outcome = await engine.SendAsync(
            request.Id,
            Subscription.ResourceType,
            signal,
            new SendContext(request.Caller.ObjectId, request.CorrelationId),
            CancellationToken.None
        );
        return outcome is SendOutcome.Refused refused ? refused.Refusal : await GetAsync(request);
    }

    /// <summary>The namespace that the path names: one of this server's, or one of Azure's that has nothing here; null for what is neither.</summary>
    private string? Known(ArmRequest request) => types.Namespace(request.Route("ns")) ?? ForeignNamespaces.Find(request.Route("ns"));

    private async ValueTask<ArmSubscription?> SubscriptionAsync(ArmRequest request) =>
        request.Scope is null ? null : await scopes.SubscriptionAsync(request.Subscription, request.Aborted);

    /// <summary>Every permission that an endpoint of the namespace asks for, from the endpoint table itself.</summary>
    private ValueTask<ArmResult> ListOperations(ArmRequest request)
    {
        if (Known(request) is not { } ns)
            return ValueTask.FromResult(ArmErrors.InvalidResourceNamespace(request.Route("ns")));
        return ValueTask.FromResult(
            ArmResult.Of(
                new ListBody<ProviderOperationBody>([.. ActionsOf(ns).Select(a => Permission(ns, a))]),
                ResourcesContract.Default.ListBodyProviderOperationBody
            )
        );
    }

    private static ArmEndpoint OfAuthorization(ArmContract contract) =>
        new(RoleEndpoints.Definitions, "GET", "Microsoft.Authorization/providerOperations/read", ArmTarget.List)
        {
            AnyCaller = true,
            AnyVersion = true,
            Contract = contract,
        };

    /// <summary>As <c>az provider operation</c> reads them: by type, those of the provider itself beside.</summary>
    private ProviderOperationsBody OperationsOf(string ns)
    {
        ILookup<string, TypeOperationBody> byType = ActionsOf(ns)
            .Select(a => Permission(ns, a))
            .ToLookup(
                p => p.Display.Resource,
                p => new TypeOperationBody(p.Name, p.Display.Operation, p.Display.Description, p.IsDataAction)
            );
        return new ProviderOperationsBody(
            $"/providers/Microsoft.Authorization/providerOperations/{ns}",
            ns,
            "Microsoft.Authorization/providerOperations",
            ns,
            [.. byType.Where(t => t.Key.Length > 0).Select(t => new TypeOperationsBody(t.Key, t.Key, [.. t]))],
            [.. byType[""]]
        );
    }

    private IEnumerable<string> ActionsOf(string ns) =>
        endpoints
            .Endpoints.Select(e => e.Metadata.GetMetadata<ArmEndpoint>()?.Action)
            .OfType<string>()
            .Where(a => a.StartsWith($"{ns}/", StringComparison.OrdinalIgnoreCase))
            .Distinct()
            .Order(StringComparer.OrdinalIgnoreCase);

    private static ProviderOperationBody Permission(string ns, string action)
    {
        string[] parts = action.Split('/');
        string operation = parts[^1] == "action" ? parts[^2] : parts[^1];
        return new(action, IsDataAction: false, new(ns, string.Join('/', parts[1..^1]), operation, action));
    }

    private IReadOnlyList<ProviderTypeBody> TypesOf(string ns) =>
        [
            .. types
                .All.Where(t => t.Namespace == ns)
                .Select(t => new ProviderTypeBody(
                    t.Path,
                    [.. types.LocationsOf(t).Select(l => types.Regions.Find(l)?.DisplayName ?? l)],
                    t.ApiVersions,
                    t.SupportsTags ? "SupportsTags, SupportsLocation" : "None"
                )),
        ];

    private ProviderBody Body(ArmRequest request, string ns, ArmSubscription? subscription) =>
        new()
        {
            Id = subscription is null ? null : $"/subscriptions/{subscription.Id}/providers/{ns}",
            Namespace = ns,
            Authorizations = subscription is null ? null : [],
            ResourceTypes = TypesOf(ns),
            RegistrationState =
                subscription is null ? null
                : types.Namespace(ns) is null
                    ? subscription.Foreign.Contains(ns) ? "Registered"
                        : "NotRegistered"
                : subscription.Unregistered.Contains(ns) ? "Unregistered"
                : "Registered",
            RegistrationPolicy = request.IsSince("2019") ? "RegistrationRequired" : null,
        };
}
