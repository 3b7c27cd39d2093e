using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Primitives;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary>
/// <c>Microsoft.Features</c>: previews that a subscription can be registered for. There are none here, which tools that look before they begin are told as ARM tells it.
/// </summary>
public sealed class FeatureEndpoints(ArmTypes types) : IEndpoints
{
    private const string Root = "/subscriptions/{subscription}/providers/Microsoft.Features";
    private const string OfProvider = $"{Root}/providers/{{ns}}/features";

    public static ArmType Type { get; } = Namespaces.Features.Type("features") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapArm(
            $"{Root}/features",
            Endpoint(
                "GET",
                "read",
                new("ListAll", "Lists the previews of all providers: none.")
                {
                    Answer = () => ResourcesContract.Default.ListBodyPreviewFeatureBody,
                }
            ),
            _ => None()
        );
        routes.MapArm(
            OfProvider,
            Endpoint(
                "GET",
                "read",
                new("List", "Lists the previews of a provider: none.")
                {
                    Answer = () => ResourcesContract.Default.ListBodyPreviewFeatureBody,
                }
            ),
            r => Known(r) ? None() : new(ArmErrors.InvalidResourceNamespace(r.Route("ns")))
        );
        routes.MapArm(
            $"{OfProvider}/{{feature}}",
            Endpoint(
                "GET",
                "read",
                new("Get", "Reads a preview of a provider.") { Answer = () => ResourcesContract.Default.PreviewFeatureBody }
            ),
            NotFound
        );
        foreach (
            (string action, string name, string summary) in ((string, string, string)[])
                [
                    ("register", "Register", "Registers a subscription for a preview."),
                    ("unregister", "Unregister", "Takes a subscription out of a preview."),
                ]
        )
            routes.MapArm(
                $"{OfProvider}/{{feature}}/{action}",
                Endpoint("POST", $"{action}/action", new(name, summary) { Answer = () => ResourcesContract.Default.PreviewFeatureBody }),
                NotFound
            );
    }

    private static ArmEndpoint Endpoint(string method, string action, ArmContract contract) =>
        new(Type, method, $"{Type.FullName}/{action}", method == "GET" ? ArmTarget.List : ArmTarget.Scope) { Contract = contract };

    private bool Known(ArmRequest request) =>
        types.Namespace(request.Route("ns")) is not null || ForeignNamespaces.Find(request.Route("ns")) is not null;

    private static ValueTask<ArmResult> None() =>
        new(ArmResult.Of(new ListBody<PreviewFeatureBody>([]), ResourcesContract.Default.ListBodyPreviewFeatureBody));

    private ValueTask<ArmResult> NotFound(ArmRequest request) =>
        new(
            Known(request)
                ? Refusal.NotFound(
                    "FeatureNotFound",
                    $"The feature '{request.Route("feature")}' could not be found in the namespace '{request.Route("ns")}': there are no previews here, and what there is can be used without registering for it."
                )
                : ArmErrors.InvalidResourceNamespace(request.Route("ns"))
        );
}
