using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary><c>GET /providers/Causeway.Operations/asymmetries</c>: every prefix that comes over a circuit and over the Internet. For the operator.</summary>
internal sealed class AsymmetryEndpoints(Asymmetries asymmetries) : IEndpoints
{
    public static ArmType Type { get; } = Namespaces.Operations.Type("asymmetries") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapArm(
            $"/providers/{Type.FullName}",
            new ArmEndpoint(Type, "GET", $"{Type.FullName}/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract("List", "Lists the prefixes that come over a circuit and over the Internet, with both ways.")
                {
                    Answer = () => CircuitsContract.Default.AsymmetryBody,
                    IsPage = true,
                },
            },
            ListAsync
        );

    private ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return new(no);
        int from = int.TryParse(page.After, out int position) ? position : 0;
        Asymmetry[] all = [.. asymmetries.Now];
        Asymmetry[] some = [.. all.Skip(from).Take(page.Most)];
        return new(
            request
                .ListAsync(
                    some,
                    from + some.Length < all.Length ? $"{from + some.Length}" : null,
                    a => a.Circuit,
                    a => new AsymmetryBody(
                        a.Circuit.Text,
                        $"{a.Peering}",
                        a["prefix"],
                        a["circuitPath"],
                        a["internetPrefix"],
                        a["internetPath"],
                        a["seenAt"],
                        a.Found.Since
                    ),
                    CircuitsContract.Default.AsymmetryBody
                )
                .AsTask()
        );
    }
}
