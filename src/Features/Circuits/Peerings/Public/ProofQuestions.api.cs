using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary>
/// <c>POST /subscriptions/{s}/providers/Causeway.Operations/validatePrefixes</c>: the dry run before there is any order, for whoever may read the subscription's circuits.
/// </summary>
internal sealed class ProofQuestions(ProofDesk proofs) : IEndpoints
{
    public static ArmType Type { get; } = Namespaces.Operations.Type("validatePrefixes") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapArm(
            $"/subscriptions/{{subscription}}/providers/{Type.FullName}",
            new ArmEndpoint(Type, "POST", $"{CircuitTypes.Circuit.FullName}/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract(
                    "Validate",
                    "Says what would be proven of prefixes if a peering of this subscription declared them; nothing changes."
                )
                {
                    Body = () => CircuitsContract.Default.ValidatePrefixesBody,
                    Answer = () => CircuitsContract.Default.ListBodyPrefixEvidenceBody,
                    IsOurs = true,
                },
            },
            proofs.ValidateAsync
        );
}
