using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Primitives;

namespace Causeway.Api.Circuits;

/// <summary>Answers that peerings of circuits and of cross connections share.</summary>
internal static class PeeringAnswers
{
    public static ArmResult NotAPeering(string name) =>
        Refusal.Invalid(
            "InvalidResourceName",
            $"'{name}' is not a peering: the name is its type, one of {string.Join(", ", Enum.GetNames<PeeringType>())}.",
            "name"
        );
}
