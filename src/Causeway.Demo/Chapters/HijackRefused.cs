using System.Globalization;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Primitives;

namespace Causeway.Demo.Chapters;

/// <summary>A router that announces what is not its own: refused route by route, with the number of the reason, and in no table.</summary>
internal sealed class HijackRefused(DemoCast cast) : PublicChapter(cast, net: 73)
{
    private static readonly IpPrefix s_own = IpPrefix.Parse("193.10.0.0/20");
    private static readonly IpPrefix[] s_wrong =
    [
        IpPrefix.Parse("194.9.0.0/20"), // another's, as the registry says
        IpPrefix.Parse("193.10.3.0/24"), // longer than what is proven
        IpPrefix.Parse("0.0.0.0/0"),
    ];

    protected override string Name => "contoso-hijack";

    protected override async Task TellOfPrefixesAsync(CancellationToken cancellation)
    {
        await DeclareAsync(s_own, cancellation);
        await StandsAsync("Proven", cancellation);
        await Tell.StepAsync("Contoso", "hijack", string.Join(", ", s_wrong));
        await AnnounceAsync([s_own, .. s_wrong], cancellation);
        await EstablishedAsync(Peering, cancellation);
        foreach (string side in Sides)
        {
            RefusedRouteEntry[] refused = await UntilAsync<RefusedRouteEntry[]>(
                async () => [.. (await Contoso.Peerings.RefusedAsync(Peering, side, cancellation)).Select(r => r.Body)],
                seen => s_wrong.All(w => seen.Any(r => r.Network == $"{w}")),
                $"the refusals of the {side} router",
                cancellation
            );
            foreach (RefusedRouteEntry route in refused)
                Tell.Refused(
                    "Causeway",
                    route.Reason.ToString(CultureInfo.InvariantCulture),
                    $"{route.Network} ({side}): {route.ReasonName}"
                );
        }
        await Tell.StepAsync("Causeway", "only");
        await LearnedAsync(Peering, [s_own], cancellation);
    }
}
