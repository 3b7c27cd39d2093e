using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Contracts.Support;
using Causeway.Domain.Support;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Support;

/// <summary><c>/providers/Microsoft.Support/services</c> and their <c>problemClassifications</c>: the same for everybody.</summary>
internal sealed class SupportServiceEndpoints(SupportCatalogue catalogue) : IEndpoints
{
    private static readonly string s_root = $"/providers/{SupportTypes.Service.FullName}";

    public void Map(IEndpointRouteBuilder routes)
    {
        SupportContract json = SupportContract.Default;
        Get(
            s_root,
            SupportTypes.Service,
            "List",
            "Lists what can be asked about.",
            () => json.ListBodySupportServiceBody,
            _ => ArmResult.Of(new ListBody<SupportServiceBody>([.. catalogue.Services.Select(Body)]), json.ListBodySupportServiceBody)
        );
        Get(
            $"{s_root}/{{name0}}",
            SupportTypes.Service,
            "Get",
            "Reads one of the services.",
            () => json.SupportServiceBody,
            request =>
                catalogue.Find(request.Route("name0")) is { } service
                    ? ArmResult.Of(Body(service), json.SupportServiceBody)
                    : ArmErrors.ResourceNotFound(request.Id)
        );
        Get(
            $"{s_root}/{{name0}}/problemClassifications",
            SupportTypes.Classification,
            "List",
            "Lists what can be asked about a service.",
            () => json.ListBodyProblemClassificationBody,
            request =>
                catalogue.Find(request.Route("name0")) is { } service
                    ? ArmResult.Of(
                        new ListBody<ProblemClassificationBody>([.. service.Classifications.Select(c => Body(service, c))]),
                        json.ListBodyProblemClassificationBody
                    )
                    : ArmErrors.ResourceNotFound(request.Id)
        );
        Get(
            $"{s_root}/{{name0}}/problemClassifications/{{name1}}",
            SupportTypes.Classification,
            "Get",
            "Reads one of a service's problem classifications.",
            () => json.ProblemClassificationBody,
            request =>
                catalogue.Find(request.Route("name0")) is { } service && service.Find(request.Route("name1")) is { } classification
                    ? ArmResult.Of(Body(service, classification), json.ProblemClassificationBody)
                    : ArmErrors.ChildNotFound(request.Id)
        );

        void Get(
            string pattern,
            ArmType type,
            string name,
            string summary,
            Func<System.Text.Json.Serialization.Metadata.JsonTypeInfo> answer,
            Func<ArmRequest, ArmResult> handler
        ) =>
            routes.MapArm(
                pattern,
                new ArmEndpoint(type, "GET", $"{type.FullName}/read", ArmTarget.Scope)
                {
                    NeedsGroup = false,
                    AnyCaller = true,
                    Contract = new ArmContract(name, summary) { Answer = answer },
                },
                request => ValueTask.FromResult(handler(request))
            );
    }

    public static string IdOf(SupportService service) => $"{s_root}/{service.Name}";

    public static string IdOf(SupportService service, SupportClassification classification) =>
        $"{IdOf(service)}/problemClassifications/{classification.Name}";

    private static SupportServiceBody Body(SupportService service) =>
        new(IdOf(service), service.Name, SupportTypes.Service.FullName, new(service.DisplayName, service.ResourceTypes));

    private static ProblemClassificationBody Body(SupportService service, SupportClassification classification) =>
        new(IdOf(service, classification), classification.Name, SupportTypes.Classification.FullName, new(classification.DisplayName));
}
